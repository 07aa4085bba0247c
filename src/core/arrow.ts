import { type Table, tableFromArrays } from "@uwdata/flechette";

/** An Arrow table of an object of columns (typed arrays keep their type; arrays of strings become dictionaries). */
export function toArrow(columns: Readonly<Record<string, ArrayLike<unknown>>>): Table {
  return tableFromArrays(columns as Parameters<typeof tableFromArrays>[0]);
}
