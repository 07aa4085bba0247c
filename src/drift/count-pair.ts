import { InputError } from "../core/errors.js";

/** Rows of both samples by bin or level, in one order. */
export interface CountPair {
  reference: Float64Array;
  current: Float64Array;
}

/**
 * Counts of the levels that either side has, in the order of their names, so that results do not hang on the order of rows.
 *
 * @throws InputError when a side has no rows, or a count is negative or no number
 */
export function countPair(reference: ReadonlyMap<string, number>, current: ReadonlyMap<string, number>): CountPair {
  const levels = [...new Set([...reference.keys(), ...current.keys()])].sort();
  const side = (counts: ReadonlyMap<string, number>): Float64Array =>
    Float64Array.from(levels, (level) => counts.get(level) ?? 0);
  return checked({ reference: side(reference), current: side(current) });
}

/** Levels that nobody has are left out: they are in no table. */
function checked(pair: CountPair): CountPair {
  for (const side of [pair.reference, pair.current]) {
    if (!side.every((count) => count >= 0 && Number.isFinite(count))) {
      throw new InputError("counts of levels must be 0 or larger");
    }
    if (total(side) === 0) throw new InputError("a sample has no rows; statistics need at least one on each side");
  }
  const filled = (_: number, i: number): boolean => pair.reference[i] + pair.current[i] > 0;
  return { reference: pair.reference.filter(filled), current: pair.current.filter(filled) };
}

export function total(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
