import { mean } from "../core/statistics.js";
import { studentTwoSided } from "./student-t.js";

/**
 * Two-sided p-value of equal mean losses (Diebold & Mariano 1995) with the small-sample factor and Student's t of
 * Harvey, Leybourne & Newbold (1997).
 *
 * The variance of the mean difference is Newey & West's (1987, Bartlett weights) over `lag` autocovariances. With
 * `lag` 0 the test is the paired t-test.
 *
 * @param a losses of one model, one for each series (or each origin, in order)
 * @param b losses of the other, in the same order; pairs with a missing or infinite loss are left out
 * @param lag autocovariances that may differ from 0: for origins whose horizons overlap ⌈horizon ÷ step⌉ − 1
 * @returns NaN with fewer than two pairs, or no more than `lag` + 1
 */
export function dieboldMariano(a: readonly number[], b: readonly number[], lag = 0): number {
  const difference = a.map((v, i) => v - b[i]).filter(Number.isFinite);
  const n = difference.length;
  const steps = lag + 1;
  if (n < 2 || n <= steps) return Number.NaN;
  const centre = mean(difference);
  const variance = longRunVariance(
    difference.map((v) => v - centre),
    lag,
  );
  if (variance === 0) return centre === 0 ? 1 : 0;
  const correction = Math.sqrt((n + 1 - 2 * steps + (steps * (steps - 1)) / n) / n);
  return studentTwoSided((centre / Math.sqrt(variance / n)) * correction, n - 1);
}

/** Newey–West: autocovariances up to `lag` with weights that fall linearly, so that the sum is never negative. */
function longRunVariance(centred: readonly number[], lag: number): number {
  const covariance = (k: number): number =>
    centred.slice(k).reduce((sum, v, t) => sum + v * centred[t], 0) / centred.length;
  let total = covariance(0);
  for (let k = 1; k <= lag; k++) total += 2 * (1 - k / (lag + 1)) * covariance(k);
  return total;
}
