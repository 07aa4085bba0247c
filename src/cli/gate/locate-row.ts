import type { InputFile } from "../../core/demand.js";
import { InputError } from "../../core/errors.js";

/** Runs `work` and gives its errors that name a row the name of the file that the row is from. */
export function locateRow<T>(inputs: readonly InputFile[], work: () => T): T {
  try {
    return work();
  } catch (error) {
    const row = error instanceof InputError ? Number(error.details["row"]) : Number.NaN;
    if (!(error instanceof InputError) || Number.isNaN(row)) throw error;
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
