import type { InputFile } from "../core/demand.js";

/** Where a position of the input (from 0) lies; rows count from 1, a CSV file's header does not count. */
export function placeOf(inputs: readonly InputFile[], position: number): { file: string; row: number } {
  let before = 0;
  for (const { name, rows } of inputs) {
    if (position < before + rows) return { file: name, row: position - before + 1 };
    before += rows;
  }
  throw new RangeError(`no row ${position} in an input of ${before} rows`);
}
