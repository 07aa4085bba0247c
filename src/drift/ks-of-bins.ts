import type { BinnedSample } from "./binned-sample.js";

/** What bins tell of a Kolmogorov-Smirnov distance: it is at least d, and at most d + error. */
export interface BinnedKs {
  d: number;
  error: number;
  /** Values of the two sides. */
  n: number;
  m: number;
}

/**
 * The distance of two samples that were counted in the same bins. At the ends of bins both distribution functions are
 * known, so the largest difference there is a lower bound. Within a bin of several numbers each can be anywhere between
 * its ends; where one of the two has no values in a bin, nothing there is further apart than at the ends.
 */
export function ksOfBins({ bins: { low, high }, counts: a }: BinnedSample, { counts: b }: BinnedSample): BinnedKs {
  const [n, m] = [a, b].map((counts) => counts.reduce((sum, count) => sum + count, 0));
  let [upToA, upToB, least, most] = [0, 0, 0, 0];
  for (let k = 0; k < low.length; k++) {
    const [nextA, nextB] = [upToA + a[k], upToB + b[k]];
    least = Math.max(least, Math.abs(nextA * m - nextB * n));
    if (low[k] < high[k] && a[k] > 0 && b[k] > 0) most = Math.max(most, nextA * m - upToB * n, nextB * n - upToA * m);
    [upToA, upToB] = [nextA, nextB];
  }
  return { d: least / (n * m), error: Math.max(0, most - least) / (n * m), n, m };
}
