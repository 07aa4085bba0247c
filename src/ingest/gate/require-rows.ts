import type { InputFile } from "../../core/demand.js";
import { InputError } from "../../core/errors.js";
import { fileNames } from "./file-names.js";

/**
 * Refuses files without any row: a gate must not pass on nothing.
 *
 * @param what a row is, e.g. `wave`
 */
export function requireRows(inputs: readonly InputFile[], what: string): void {
  if (inputs.some(({ rows }) => rows > 0)) return;
  const file = fileNames(inputs);
  throw new InputError(`${file}: there are no rows; expected one for each ${what}`, { file });
}
