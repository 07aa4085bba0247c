import { twoSidedZ } from "../../core/distributions.js";
import { tieSum } from "./tie-sum.js";

/** A slope with its interval. */
export interface TheilSen {
  slope: number;
  low: number;
  high: number;
}

/**
 * Theil's slope (1950), the median of the slopes of all pairs, with Sen's interval (1968) from the ties-corrected variance
 * of Kendall's score. A fifth of the points may be anything. Takes time and memory of n²; n up to a few thousand.
 *
 * @param x, y finite values of one length; NaN of fewer than two different x
 * @example theilSen([0, 1, 2, 3], [1, 3, 5, 20]).slope // 4.17
 */
export function theilSen(x: ArrayLike<number>, y: ArrayLike<number>, level = 0.95): TheilSen {
  const n = x.length;
  const slopes = new Float64Array((n * (n - 1)) / 2);
  let count = 0;
  for (let i = 1; i < n; i++) {
    for (let k = 0; k < i; k++) if (x[i] !== x[k]) slopes[count++] = (y[i] - y[k]) / (x[i] - x[k]);
  }
  if (count === 0) return { slope: Number.NaN, low: Number.NaN, high: Number.NaN };
  const sorted = slopes.subarray(0, count).sort();
  const variance = (n * (n - 1) * (2 * n + 5) - tieSum(x) - tieSum(y)) / 18;
  const half = twoSidedZ(level) * Math.sqrt(Math.max(0, variance));
  const high = Math.min(Math.round((count + half) / 2), count - 1);
  const low = Math.max(Math.round((count - half) / 2) - 1, 0);
  const middle = (count - 1) / 2;
  return { slope: (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2, low: sorted[low], high: sorted[high] };
}
