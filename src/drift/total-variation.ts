import { type CountPair, countPair, total } from "./count-pair.js";

/**
 * Total variation distance of two samples of levels: half the sum of |p − q|, the share of rows that would have to change.
 *
 * @param a rows by level
 * @param b the other sample
 * @throws InputError when a side has no rows, or a count is negative
 * @example tvd(new Map([["x", 1], ["y", 1]]), new Map([["x", 1]])) // { value: 0.5 }
 */
export function tvd(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): { value: number } {
  return tvdOfCounts(countPair(a, b));
}

/** {@link tvd} of aligned counts. */
export function tvdOfCounts({ reference, current }: CountPair): { value: number } {
  const [n, m] = [total(reference), total(current)];
  // Whole numbers, so that distinct samples are at 1 and not beyond.
  const apart = reference.reduce((sum, count, i) => sum + Math.abs(count * m - current[i] * n), 0);
  return { value: apart / (2 * n * m) };
}
