import { twoSidedZ } from "../core/distributions.js";

/** 80 % quantile of the standard normal distribution. */
export const Z80 = 0.8416212335729143;

/**
 * How far above an estimated distance the true one may lie: half the width z/2 · √(1/n + 1/m).
 *
 * Both distances (Kolmogorov-Smirnov, total variation) are the largest P(A) − Q(A) over sets A. The estimate is at least
 * the observed difference on the set where the true one is largest, and that is a difference of two shares, whose
 * standard error is at most ½ √(1/n + 1/m). So the bound holds with 1 − alpha / 2 whatever the distributions are.
 */
export function deviationAbove(n: number, m: number, alpha: number): number {
  return (twoSidedZ(1 - alpha) / 2) * Math.sqrt(1 / n + 1 / m);
}

/**
 * Rows a side at which, without drift, the upper bound of the interval stays below the threshold with 80 % probability.
 *
 * @param null80 80 % quantile of the estimated distance without drift, in units of √(1/n + 1/m)
 */
export function rowsForStable(null80: number, alpha: number, threshold: number): number | null {
  if (threshold <= 0) return null;
  return Math.ceil(2 * ((null80 + twoSidedZ(1 - alpha) / 2) / threshold) ** 2);
}
