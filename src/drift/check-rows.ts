import { InputError } from "../core/errors.js";

/** @throws InputError for a side without rows */
export function checkRows(reference: { rows: number }, current: { rows: number }): void {
  for (const [name, { rows }] of [["reference", reference] as const, ["current", current] as const]) {
    if (rows === 0) throw new InputError(`${name} has no rows: there is nothing to compare`, { table: name });
  }
}
