import { binomialCdf } from "../core/distributions.js";
import { finiteOrNull } from "../core/finite-or-null.js";
import { quantileSorted } from "../core/statistics.js";
import type { Estimate } from "./limit-check.js";

/** A quantile with its interval; −Infinity and Infinity where the sample is too small for a bound. */
export interface QuantileInterval {
  value: number;
  low: number;
  high: number;
}

/** Least k from 0 to n with P(Bin(n, q) ≤ k) ≥ p, by bisection. */
function binomialQuantile(p: number, n: number, q: number): number {
  let below = -1;
  let at = n;
  while (at - below > 1) {
    const middle = (below + at) >> 1;
    if (binomialCdf(middle, n, q) >= p) at = middle;
    else below = middle;
  }
  return at;
}

/**
 * A quantile with the distribution-free interval between two order statistics (David & Nagaraja 2003, section 7.1): the
 * number of values at or below the true quantile is binomial. It covers at least `level` whatever the distribution, each
 * tail at most (1 − level) / 2, and also where values tie.
 *
 * @param sorted ascending finite values; the estimate is the quantile of type 7, NaN for none
 * @example quantileInterval(sortedLatencies, 0.95, 0.95) // { value: 41.2, low: 39.8, high: 43 }
 */
export function quantileInterval(sorted: Float64Array, q: number, level: number): QuantileInterval {
  const n = sorted.length;
  const tail = (1 - level) / 2;
  // Ranks from 1: P(Bin < first) ≤ tail and P(Bin ≥ last) ≤ tail.
  const least = binomialQuantile(tail, n, q);
  const first = binomialCdf(least, n, q) <= tail ? least + 1 : least;
  const last = binomialQuantile(1 - tail, n, q) + 1;
  const value = quantileSorted(sorted, q);
  // Type 7 draws extreme quantiles of few values inwards, past the bound.
  return {
    value,
    low: first < 1 ? Number.NEGATIVE_INFINITY : Math.min(sorted[first - 1], value),
    high: last > n ? Number.POSITIVE_INFINITY : Math.max(sorted[last - 1], value),
  };
}

/** {@link quantileInterval} for a result: nulls where the sample is too small. */
export function quantileEstimate(sorted: Float64Array, q: number, level: number): Estimate {
  const { value, low, high } = quantileInterval(sorted, q, level);
  return { value: finiteOrNull(value), lower: finiteOrNull(low), upper: finiteOrNull(high) };
}
