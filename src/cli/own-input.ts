import { resolve, sep } from "node:path";
import { InputError } from "../core/errors.js";

/**
 * Refuses outputs that would take the place of the input, or that the next run would read as a part of it.
 *
 * @throws InputError naming the output
 */
export function refuseOwnInput(input: string, outputs: readonly (string | undefined)[]): void {
  const from = resolve(input);
  for (const output of outputs) {
    if (output === undefined) continue;
    const to = resolve(output);
    if (to !== from && !to.startsWith(from.endsWith(sep) ? from : from + sep)) continue;
    throw new InputError(`${output} is the input or lies in its folder; give the output another name`, { output });
  }
}
