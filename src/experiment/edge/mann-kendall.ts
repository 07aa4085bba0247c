import { normalTwoSided } from "../../core/distributions.js";
import { tieSum } from "./tie-sum.js";

/** Whether values go up or down in their order. */
export interface MannKendall {
  /** Pairs that go up less pairs that go down. */
  score: number;
  /** Two-sided p-value, NaN for fewer than 3 values, 1 for values that are all equal. */
  p: number;
}

/**
 * Test of Mann (1945) and Kendall for a trend, with the normal distribution and the variance corrected for ties; no
 * continuity correction, as `scipy.stats.kendalltau(range(n), y, method="asymptotic")`. It takes values for independent:
 * where neighbours are alike its p-values are too small. Takes time of n².
 *
 * @param y values in the order of time, at times that all differ
 * @example mannKendall([1, 2, 3, 4, 5, 6]).p // 0.0048
 */
export function mannKendall(y: ArrayLike<number>): MannKendall {
  const n = y.length;
  let score = 0;
  for (let i = 1; i < n; i++) for (let k = 0; k < i; k++) score += Math.sign(y[i] - y[k]);
  if (n < 3) return { score, p: Number.NaN };
  const variance = (n * (n - 1) * (2 * n + 5) - tieSum(y)) / 18;
  return { score, p: variance > 0 ? normalTwoSided(score / Math.sqrt(variance)) : 1 };
}
