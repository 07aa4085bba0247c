import { sumBetween } from "../../core/compensated-sums.js";
import { centreOf, MOMENT_STRIDE, momentSums } from "../prefix-sums.js";
import type { SegmentCost } from "../types.js";

/** Least variance of a segment, as a share of the series' variance. */
export const VARIANCE_FLOOR = 1e-4;

/**
 * Normal likelihood of n deviations with the given sum of squares, the variance fitted but never below the floor:
 * n ln(σ²/floor) + squares/σ². Not negative, and it never falls when an observation is added.
 */
export function varianceCostOf(n: number, squares: number, floor: number): number {
  if (floor === 0) return 0;
  const ratio = squares / (n * floor);
  return ratio > 1 ? n * (Math.log(ratio) + 1) : n * ratio;
}

/**
 * Normal likelihood with one mean for the whole series and a variance of each segment, at least 1e-4 of the series'
 * own. Same scale as `meanVarCost`. Missing (NaN) observations cost nothing.
 */
export function varianceCost(y: Float64Array): SegmentCost {
  const rows = momentSums(y, meanOf(y));
  const last = y.length * MOMENT_STRIDE;
  const floor = rows[last] === 0 ? 0 : (VARIANCE_FLOOR * sumBetween(rows, 4, last + 4)) / rows[last];
  return {
    cost(start, end) {
      const from = start * MOMENT_STRIDE;
      const to = end * MOMENT_STRIDE;
      const n = rows[to] - rows[from];
      return n === 0 ? 0 : varianceCostOf(n, sumBetween(rows, from + 4, to + 4), floor);
    },
    parameters: 1,
    minSize: 2,
  };
}

/** Mean of the observations that are not missing, summed around a value in their midst; 0 without any. */
function meanOf(y: Float64Array): number {
  const centre = centreOf(y);
  let sum = 0;
  let n = 0;
  for (let i = 0; i < y.length; i++) {
    if (Number.isNaN(y[i])) continue;
    sum += y[i] - centre;
    n++;
  }
  return n === 0 ? 0 : centre + sum / n;
}
