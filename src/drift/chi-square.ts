import { chiSquareSf } from "../core/distributions.js";
import { type CountPair, countPair, total } from "./count-pair.js";

/** Levels expected less often than this on either side are rare: the chi-square distribution does not hold for them. */
export const LEAST_EXPECTED = 5;

export interface Chi2Options {
  /** Takes rare levels as one, see {@link poolRare}; default false. */
  pool?: boolean;
}

export interface Chi2Test {
  statistic: number;
  p: number;
  /** Levels less one. */
  dof: number;
}

/**
 * Pearson's chi-square test of homogeneity, on the 2×K table of both samples and without Yates's correction: both samples
 * are taken as drawn, neither as the truth.
 *
 * @param a rows by level
 * @param b the other sample
 * @returns one level alone gives statistic 0, p 1, dof 0
 * @throws InputError when a side has no rows, or a count is negative
 * @example chi2(new Map([["x", 50], ["y", 50]]), new Map([["x", 30], ["y", 70]])) // statistic 8.33, p 0.0039, dof 1
 */
export function chi2(
  a: ReadonlyMap<string, number>,
  b: ReadonlyMap<string, number>,
  options: Chi2Options = {},
): Chi2Test {
  const pair = countPair(a, b);
  return chi2OfCounts(options.pool ? poolRare(pair) : pair);
}

/** {@link chi2} of aligned counts, each filled on one side at least. */
export function chi2OfCounts({ reference, current }: CountPair): Chi2Test {
  const [n, m] = [total(reference), total(current)];
  let sum = 0;
  for (let i = 0; i < reference.length; i++) {
    sum += (reference[i] * m - current[i] * n) ** 2 / (reference[i] + current[i]);
  }
  const statistic = sum / (n * m);
  const dof = reference.length - 1;
  return { statistic, p: dof === 0 ? 1 : chiSquareSf(statistic, dof), dof };
}

/** Aligned counts with all levels that are expected less than 5 times on a side taken as one, which comes last. */
export function poolRare({ reference, current }: CountPair): CountPair {
  const [n, m] = [total(reference), total(current)];
  const least = (LEAST_EXPECTED * (n + m)) / Math.min(n, m);
  const rare = (i: number): boolean => reference[i] + current[i] < least;
  const pool = (counts: Float64Array): Float64Array => {
    const kept = counts.filter((_, i) => !rare(i));
    if (kept.length === counts.length) return counts;
    const pooled = new Float64Array(kept.length + 1);
    pooled.set(kept);
    pooled[kept.length] = total(counts) - total(kept);
    return pooled;
  };
  return { reference: pool(reference), current: pool(current) };
}
