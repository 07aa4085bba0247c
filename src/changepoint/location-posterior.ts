import type { SegmentCost } from "./types.js";

/** Where one change lies, given its neighbours. */
export interface LocationPosterior {
  /** Index of the first weight. */
  from: number;
  /** Probability that the new segment begins at from, from + 1, …; sums to 1. */
  weights: Float64Array;
  /** The most probable index. */
  index: number;
  /** Shortest run of indices that holds the level and the most probable index (both ends included). */
  low: number;
  high: number;
}

/** How sharp the posterior is and how much of it the interval holds. */
export interface LocationOptions {
  /**
   * Long-run variance over the variance unit of the cost: the long-run variance of the noise itself for a plain sum of
   * squares, 1 for a likelihood of independent observations, (1 + φ) / (1 − φ) for one of AR(1) noise.
   */
  scale: number;
  /** Share of the posterior that the interval holds, in (0, 1). */
  level: number;
}

/**
 * Posterior of the location of one change between its two neighbours, under a flat prior: the weight of k is
 * exp(−(cost(k) − min) / (2 scale)) with cost(k) = cost(left, k) + cost(k, right).
 *
 * @param left first observation of the segment before the change
 * @param change first observation of the segment after it, as found: one of the locations, also where a segment would be
 *   shorter than the cost's least size
 * @param right one past the last observation of that segment
 */
export function locationPosterior(
  cost: SegmentCost,
  left: number,
  change: number,
  right: number,
  options: LocationOptions,
): LocationPosterior {
  const from = Math.min(left + cost.minSize, change);
  const weights = new Float64Array(Math.max(right - cost.minSize, change) - from + 1);
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < weights.length; i++) {
    const total = cost.cost(left, from + i) + cost.cost(from + i, right);
    weights[i] = total;
    if (total < least) least = total;
  }
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    weights[i] = Math.exp((least - weights[i]) / (2 * options.scale));
    sum += weights[i];
  }
  let best = 0;
  for (let i = 0; i < weights.length; i++) {
    weights[i] /= sum;
    if (weights[i] > weights[best]) best = i;
  }
  const [low, high] = shortestRun(weights, options.level, best);
  return { from, weights, index: from + best, low: from + low, high: from + high };
}

/** Ends of the shortest run of weights that holds the level and the index `inside`; of equals the heaviest. */
function shortestRun(weights: Float64Array, level: number, inside: number): [number, number] {
  let best: [number, number] = [0, weights.length - 1];
  let bestHeld = 0;
  let held = 0;
  let high = -1;
  for (let low = 0; low <= inside; low++) {
    while (high < weights.length - 1 && (held < level || high < inside)) held += weights[++high];
    if (held < level && low > 0) break;
    const shorter = high - low - (best[1] - best[0]);
    if (shorter < 0 || (shorter === 0 && held > bestHeld)) {
      best = [low, high];
      bestHeld = held;
    }
    held -= weights[low];
  }
  return best;
}
