import type { SegmentShape } from "../segment-lines.js";
import type { SegmentCost } from "../types.js";

/**
 * Sum of squared innovations of a segment around its level or line when the noise is AR(1) with a known φ (generalised
 * least squares; Chakar et al. 2017): in squared units of the series, penalties are multiples of the innovations'
 * variance. The first observation of a segment comes from the stationary distribution. φ = 0 is the plain cost.
 *
 * @param x without missing values, best around 0
 */
export function autoregressiveCost(x: Float64Array, phi: number, shape: SegmentShape): SegmentCost {
  const n = x.length;
  // Running sums of the innovations u(t) = x(t) − φ x(t−1), their squares, and t·u.
  const sums = new Float64Array(n + 1);
  const squares = new Float64Array(n + 1);
  const moments = new Float64Array(n + 1);
  for (let t = 0; t < n; t++) {
    const u = t > 0 ? x[t] - phi * x[t - 1] : 0;
    sums[t + 1] = sums[t] + u;
    squares[t + 1] = squares[t] + u * u;
    moments[t + 1] = moments[t] + t * u;
  }
  const rest = 1 - phi;
  const weight = 1 - phi * phi;
  return {
    cost(start, end) {
      // Regressors of u(t), t after start: a = 1 − φ and b = (1 − φ)(t − start) + φ; the first observation has a = 1, b = 0.
      const m = end - start - 1;
      const sum = sums[end] - sums[start + 1];
      const aa = weight + m * rest * rest;
      const ay = weight * x[start] + rest * sum;
      const around = weight * x[start] * x[start] + squares[end] - squares[start + 1] - (ay * ay) / aa;
      if (shape === "mean" || m < 1) return Math.max(0, around);
      const t = (m * (m + 1)) / 2;
      const b = rest * t + phi * m;
      const bb = (rest * rest * m * (m + 1) * (2 * m + 1)) / 6 + 2 * rest * phi * t + phi * phi * m;
      const by = rest * (moments[end] - moments[start + 1] - start * sum) + phi * sum;
      const product = by - (rest * b * ay) / aa;
      return Math.max(0, around - (product * product) / (bb - (rest * b) ** 2 / aa));
    },
    parameters: shape === "mean" ? 1 : 2,
    minSize: shape === "mean" ? 1 : 3,
  };
}
