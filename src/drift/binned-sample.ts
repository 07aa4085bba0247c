import type { WeightedPoints } from "./sketch/weighted-points.js";

/** Bins that both sides of a cell are counted in: ascending, each from its least to its greatest number. */
export interface NumericBins {
  low: Float64Array;
  high: Float64Array;
}

/** One side of a numeric cell as exact counts in bins; both sides of a cell have the same bins. */
export interface BinnedSample {
  kind: "numeric-bins";
  /** Rows, with missing and invalid ones. */
  n: number;
  missing: number;
  bins: NumericBins;
  /** Finite values in each bin. */
  counts: Float64Array;
}

/**
 * The values as points, those of a bin in its middle. Shares up to the end of a bin are exact, within it they may be off by
 * the bin's own: `error` is the largest of a bin of several numbers.
 */
export function binnedPoints({ bins: { low, high }, counts }: BinnedSample): WeightedPoints {
  const n = counts.reduce((sum, count) => sum + count, 0);
  const filled = Array.from(counts.keys()).filter((k) => counts[k] > 0);
  const shares = filled.map((k) => (low[k] < high[k] ? counts[k] / n : 0));
  return {
    values: Float64Array.from(filled, (k) => low[k] / 2 + high[k] / 2),
    weights: Float64Array.from(filled, (k) => counts[k]),
    n,
    error: shares.reduce((most, share) => Math.max(most, share), 0),
  };
}
