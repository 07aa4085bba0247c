import { accumulate, sumBetween } from "../../core/compensated-sums.js";
import { centreOf } from "../prefix-sums.js";
import type { SegmentCost } from "../types.js";

/** Pairs of running sums a row: 1, t, t², y, ty, y². */
const STRIDE = 12;

/**
 * Sum of squares around the segment's least-squares line: piecewise linear with jumps. In squared units of the series.
 * At least three observations a segment, since a line fits any two. Missing (NaN) observations cost nothing.
 */
export function slopeCost(y: Float64Array): SegmentCost {
  const rows = lineSums(y);
  return {
    cost(start, end) {
      const from = start * STRIDE;
      const to = end * STRIDE;
      const n = rows[to] - rows[from];
      if (n === 0) return 0;
      const t = sumBetween(rows, from + 2, to + 2);
      const v = sumBetween(rows, from + 6, to + 6);
      const tt = sumBetween(rows, from + 4, to + 4) - (t * t) / n;
      const tv = sumBetween(rows, from + 8, to + 8) - (t * v) / n;
      const vv = sumBetween(rows, from + 10, to + 10) - (v * v) / n;
      return Math.max(0, n > 1 ? vv - (tv * tv) / tt : 0);
    },
    parameters: 2,
    minSize: 3,
  };
}

/** Running sums over the observations that are not missing, times and values centred. */
function lineSums(y: Float64Array): Float64Array {
  const rows = new Float64Array((y.length + 1) * STRIDE);
  const centre = centreOf(y);
  const middle = y.length >> 1;
  for (let i = 0; i < y.length; i++) {
    const value = y[i] - centre;
    if (Number.isNaN(value)) continue;
    const t = i - middle;
    const at = (i + 1) * STRIDE;
    rows[at] = 1;
    rows[at + 2] = t;
    rows[at + 4] = t * t;
    rows[at + 6] = value;
    rows[at + 8] = t * value;
    rows[at + 10] = value * value;
  }
  accumulate(rows, STRIDE);
  return rows;
}
