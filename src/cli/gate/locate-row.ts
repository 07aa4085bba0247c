import type { InputFile } from "../../core/demand.js";
import { InputError } from "../../core/errors.js";
import { fileNames } from "../../ingest/gate/file-names.js";
import { placeOf } from "../../ingest/place-of.js";

/** Runs `work` and gives its errors the name of the file: that of the row, if they name one, or all that have the column. */
export function locateRow<T>(inputs: readonly InputFile[], work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const row = Number(error.details["row"]);
    if (Number.isNaN(row)) throw error.details["column"] === undefined ? error : ofFiles(inputs, error);
    if (row > inputs.reduce((sum, { rows }) => sum + rows, 0)) throw error;
    const place = placeOf(inputs, row - 1);
    const message = error.message.replace(/^row \d+/, `${place.file} row ${place.row}`);
    throw new InputError(message, { ...error.details, ...place }, { cause: error });
  }
}

function ofFiles(inputs: readonly InputFile[], error: InputError): InputError {
  const file = fileNames(inputs);
  return new InputError(`${file}: ${error.message}`, { ...error.details, file }, { cause: error });
}
