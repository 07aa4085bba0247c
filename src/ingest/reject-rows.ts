import { InputError } from "../core/errors.js";
import type { RejectedRow } from "./types.js";

/** Share of rejected rows from which a foreign file is refused unless `lenient`. */
const MOST_REJECTED = 0.01;

/**
 * What to say of rows that a reader could not use.
 *
 * @param noun what the rows are, in the plural
 * @throws InputError when more than 1 % of the rows are rejected, unless `lenient`; it shows the first three
 */
export function warnRejected(
  rejected: readonly RejectedRow[],
  rows: number,
  noun: string,
  lenient: boolean | undefined,
): string[] {
  if (rejected.length === 0) return [];
  const told = rejected
    .slice(0, 3)
    .map(({ file, line, field, reason }) => `${file} line ${line}${field && ` ${field}`}: ${reason}`)
    .join("; ");
  if (rejected.length > rows * MOST_REJECTED && !lenient) {
    throw new InputError(
      `${rejected.length} of ${rows} ${noun} cannot be used (--lenient goes on without them): ${told}`,
      { rejected: rejected.slice(0, 100) },
    );
  }
  return [`${rejected.length} of ${rows} ${noun} were left out: ${told}${rejected.length > 3 ? "; …" : ""}`];
}
