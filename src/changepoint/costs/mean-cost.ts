import { sumBetween } from "../../core/compensated-sums.js";
import { centreOf, MOMENT_STRIDE, momentSums } from "../prefix-sums.js";
import type { SegmentCost } from "../types.js";

/**
 * Sum of squares around the segment's mean: changes of the level at constant noise. In squared units of the series, so
 * penalties are multiples of the noise variance. Missing (NaN) observations cost nothing.
 */
export function meanCost(y: Float64Array): SegmentCost {
  const rows = momentSums(y, centreOf(y));
  return {
    cost(start, end) {
      const from = start * MOMENT_STRIDE;
      const to = end * MOMENT_STRIDE;
      const n = rows[to] - rows[from];
      if (n === 0) return 0;
      const sum = sumBetween(rows, from + 2, to + 2);
      return Math.max(0, sumBetween(rows, from + 4, to + 4) - (sum * sum) / n);
    },
    parameters: 1,
    minSize: 1,
  };
}
