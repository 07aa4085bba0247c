import { sumBetween } from "../../core/compensated-sums.js";
import { centreOf, MOMENT_STRIDE, momentSums } from "../prefix-sums.js";
import type { SegmentCost } from "../types.js";
import { VARIANCE_FLOOR, varianceCostOf } from "./variance-cost.js";

/**
 * Normal likelihood with a mean and a variance of each segment, the variance at least 1e-4 of the series' own, so that
 * a constant run is no infinite gain. Twice the negative log-likelihood is the cost plus n ln(2π · 1e-4 · variance).
 * A constant series costs 0. Missing (NaN) observations cost nothing.
 */
export function meanVarCost(y: Float64Array): SegmentCost {
  const rows = momentSums(y, centreOf(y));
  const squares = (start: number, end: number): number => {
    const from = start * MOMENT_STRIDE;
    const to = end * MOMENT_STRIDE;
    const sum = sumBetween(rows, from + 2, to + 2);
    return Math.max(0, sumBetween(rows, from + 4, to + 4) - (sum * sum) / (rows[to] - rows[from]));
  };
  const total = rows[y.length * MOMENT_STRIDE];
  const floor = total === 0 ? 0 : (VARIANCE_FLOOR * squares(0, y.length)) / total;
  return {
    cost(start, end) {
      const n = rows[end * MOMENT_STRIDE] - rows[start * MOMENT_STRIDE];
      return n === 0 ? 0 : varianceCostOf(n, squares(start, end), floor);
    },
    parameters: 2,
    minSize: 2,
  };
}
