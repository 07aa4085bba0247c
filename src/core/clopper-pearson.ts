import { betaQuantile } from "./distributions.js";
import type { Proportion } from "./proportion-intervals.js";

/**
 * A share with the exact interval of Clopper & Pearson (1934): it covers at least its level, for any share and count.
 *
 * @param level of the two-sided interval, default 0.95
 * @example clopperPearson(12, 200) // low 0.0314, high 0.1025
 */
export function clopperPearson(count: number, total: number, level = 0.95): Proportion {
  if (total === 0) return { count, total, rate: null, low: null, high: null };
  const tail = (1 - level) / 2;
  return {
    count,
    total,
    rate: count / total,
    low: count === 0 ? 0 : betaQuantile(tail, count, total - count + 1),
    high: count === total ? 1 : 1 - betaQuantile(tail, total - count, count + 1),
  };
}
