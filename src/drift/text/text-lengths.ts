import { InputError } from "../../core/errors.js";
import type { CategoricalColumn, DriftColumn, DriftTable } from "../types.js";

/**
 * A table with each text column replaced by the length of its texts in characters (code points), as the numeric column
 * `<column>:length`. `driftReport` then compares lengths as it does any number, in the same family of tests.
 *
 * @throws InputError for a column that is not there or holds no text
 */
export function textLengths(table: DriftTable, columns: readonly string[]): DriftTable {
  const replaced = new Map<string, DriftColumn>();
  for (const name of columns) textColumnOf(table, name);
  for (const [name, column] of table.columns) {
    if (columns.includes(name))
      replaced.set(`${name}:length`, { kind: "numeric", values: lengthsOf(textColumnOf(table, name)) });
    else replaced.set(name, column);
  }
  return { rows: table.rows, columns: replaced };
}

/** A text column: its levels are the texts. A column without any value is of no type, so it may be of text. */
export function textColumnOf(table: DriftTable, name: string): CategoricalColumn {
  const column = table.columns.get(name);
  if (column?.kind === "categorical") return column;
  if (column?.kind === "numeric" && column.values.every(Number.isNaN)) {
    return { kind: "categorical", codes: new Int32Array(table.rows).fill(-1), levels: [] };
  }
  throw new InputError(column ? `column ${name} holds no text` : `there is no text column ${name}`, { column: name });
}

function lengthsOf({ codes, levels }: CategoricalColumn): Float64Array {
  const lengths = levels.map((text) => [...text].length);
  return Float64Array.from(codes, (code) => (code < 0 ? Number.NaN : lengths[code]));
}
