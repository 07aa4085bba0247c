import { InputError } from "../core/errors.js";

/** @throws InputError for a cell of a table; rows count from 1 */
export function refuseValue(row: number, column: string, value: unknown, expected: string): never {
  const details = { row, column, value: String(value) };
  throw new InputError(`row ${row}: column "${column}": got ${JSON.stringify(value)}, expected ${expected}`, details);
}

/** @throws InputError for the first value of a column that is not as expected */
export function checkColumn(
  column: string,
  values: Float64Array,
  holds: (value: number) => boolean,
  expected: string,
): void {
  const row = values.findIndex((value) => !holds(value));
  if (row >= 0) refuseValue(row + 1, column, values[row], expected);
}
