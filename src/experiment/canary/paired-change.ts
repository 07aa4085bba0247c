import { type ProportionChange, wilsonInterval } from "../../core/proportion-intervals.js";

/** How the same subjects fared before and after: counts of the 2 × 2 table of pairs. */
export interface PairedCounts {
  /** Pairs. */
  n: number;
  /** Pairs that succeeded before, and after. */
  before: number;
  after: number;
  /** Pairs that succeeded both times. */
  both: number;
}

/** Correlation of the table for the interval, with Newcombe's continuity correction of its numerator. */
function correlation({ n, before, after, both }: PairedCounts): number {
  const neither = n - before - after + both;
  const product = both * neither - (before - both) * (after - both);
  const spread = Math.sqrt(before) * Math.sqrt(n - before) * Math.sqrt(after) * Math.sqrt(n - after);
  if (spread === 0) return 0;
  return (product > 0 ? Math.max(product - n / 2, 0) : product) / spread;
}

/**
 * after − before of two shares of the same subjects, with the interval of Newcombe (1998, "Improved confidence intervals
 * for the difference between binomial proportions based on paired data", method 10) from both Wilson intervals.
 *
 * @param z two-sided quantile of the standard normal distribution
 * @example pairedChange({ n: 50, before: 38, after: 48, both: 36 }, 1.96) // delta 0.2, low 0.057, high 0.340
 */
export function pairedChange(counts: PairedCounts, z: number): ProportionChange {
  const { n } = counts;
  if (n === 0) return { delta: null, low: null, high: null };
  const [before, after] = [counts.before, counts.after].map((count) => wilsonInterval(count, n, z));
  const phi = correlation(counts);
  const half = (one: number, other: number) => Math.sqrt(Math.max(0, one ** 2 - 2 * phi * one * other + other ** 2));
  const delta = (counts.after - counts.before) / n;
  return {
    delta,
    low: delta - half(after.rate! - after.low!, before.high! - before.rate!),
    high: delta + half(after.high! - after.rate!, before.rate! - before.low!),
  };
}
