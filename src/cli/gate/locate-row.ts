import type { InputFile } from "../../core/demand.js";
import { InputError } from "../../core/errors.js";
import { fileNames } from "../../ingest/gate/file-names.js";

/** Runs `work` and gives its errors the name of the file: that of the row, if they name one, or all that have the column. */
export function locateRow<T>(inputs: readonly InputFile[], work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const row = Number(error.details["row"]);
    if (Number.isNaN(row)) throw error.details["column"] === undefined ? error : ofFiles(inputs, error);
    let before = 0;
    const file = inputs.find(({ rows }) => {
      before += rows;
      return row <= before;
    });
    if (!file) throw error;
    const place = `${file.name} row ${row - before + file.rows}`;
    const details = { ...error.details, file: file.name, row: row - before + file.rows };
    throw new InputError(error.message.replace(/^row \d+/, place), details, { cause: error });
  }
}

function ofFiles(inputs: readonly InputFile[], error: InputError): InputError {
  const file = fileNames(inputs);
  return new InputError(`${file}: ${error.message}`, { ...error.details, file }, { cause: error });
}
