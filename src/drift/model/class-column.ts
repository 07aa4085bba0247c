import { InputError } from "../../core/errors.js";
import type { DriftColumn } from "../types.js";

/**
 * Rows of a column as names of classes; whole numbers are names too, null is missing.
 *
 * @throws InputError for times and for numbers that are not whole
 */
export function classColumn(column: DriftColumn, name: string, rows: Int32Array): (string | null)[] {
  if (column.kind === "time") throw new InputError(`column ${name} holds times and no classes`, { column: name });
  if (column.kind === "categorical") {
    const { codes, levels } = column;
    return Array.from(rows, (i) => (codes[i] < 0 ? null : levels[codes[i]]));
  }
  const { values } = column;
  const broken = rows.find((i) => Number.isFinite(values[i]) && !Number.isInteger(values[i]));
  if (broken !== undefined) {
    throw new InputError(
      `column ${name} row ${broken}: ${values[broken]} is no class; name a column of classes, or leave the option out`,
      { column: name, row: broken },
    );
  }
  return Array.from(rows, (i) => (Number.isFinite(values[i]) ? String(values[i] === 0 ? 0 : values[i]) : null));
}
