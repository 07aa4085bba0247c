import { chiSquareSf } from "../core/distributions.js";
import { type CountPair, countPair, total } from "./count-pair.js";

export interface GTest {
  statistic: number;
  p: number;
}

/**
 * Likelihood-ratio test of homogeneity of two samples of levels: G = 2 Σ o ln(o / e) over the 2×K table.
 *
 * @param a rows by level
 * @param b the other sample
 * @returns one level alone gives statistic 0, p 1
 * @throws InputError when a side has no rows, or a count is negative
 */
export function g(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): GTest {
  return gOfCounts(countPair(a, b));
}

/** {@link g} of aligned counts, each filled on one side at least. */
export function gOfCounts({ reference, current }: CountPair): GTest {
  const [n, m] = [total(reference), total(current)];
  // o ln(o / e) − (o − e): what is taken off adds up to 0 over the table, and keeps large counts that hardly differ exact.
  const term = (count: number, row: number, level: number, more: number): number =>
    (count === 0 ? 0 : count * Math.log1p(more / (row * level))) - more / (n + m);
  const sum = reference.reduce((before, count, i) => {
    const [other, level] = [current[i], count + current[i]];
    const more = count * m - other * n;
    return before + term(count, n, level, more) + term(other, m, level, -more);
  }, 0);
  const statistic = Math.max(0, 2 * sum);
  return { statistic, p: reference.length === 1 ? 1 : chiSquareSf(statistic, reference.length - 1) };
}
