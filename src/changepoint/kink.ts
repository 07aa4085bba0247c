import { chiSquareTail } from "../core/chi-square-tail.js";
import { changeProbability, type Located } from "./locate-changes.js";
import { locationPosterior } from "./location-posterior.js";
import { segmentSquares } from "./segment-lines.js";
import type { SegmentCost } from "./types.js";

/**
 * Where between two changes a continuous line bends, and how sure that is.
 *
 * @param values without missing values, best around 0
 * @param change as found
 * @param variance long-run variance of the noise
 * @param minSize fewest observations to either side of the bend, at least 3
 * @returns with `ratio`, twice the log-likelihood ratio to the straight line; null where there is no room for a bend
 */
export function locateKink(
  values: Float64Array,
  start: number,
  change: number,
  end: number,
  variance: number,
  level: number,
  minSize = 3,
): (Located & { ratio: number }) | null {
  if (change - start < minSize || end - change < minSize) return null;
  const kink = kinkCost(values, start, end);
  // locationPosterior adds the costs of both sides of k; the line through a bend is one piece.
  const bend: SegmentCost = {
    cost: (from, to) => (from === start ? kink(to) : 0),
    parameters: 1,
    minSize,
  };
  const { from, weights, index, low, high } = locationPosterior(bend, start, change, end, { scale: variance, level });
  const ratio = (segmentSquares(values, start, end) - kink(index)) / variance;
  return {
    index,
    low,
    high,
    ratio,
    pValue: Math.min(1, values.length * chiSquareTail(ratio, 1)),
    probability: changeProbability(ratio, weights[index - from], end - start, 1),
  };
}

/** Sum of squares of observations start … end−1 around a continuous line that bends at k, for every k in O(1). */
function kinkCost(x: Float64Array, start: number, end: number): (k: number) => number {
  const n = end - start;
  const sums = new Float64Array(n + 1);
  const moments = new Float64Array(n + 1);
  let all = 0;
  for (let t = 0; t < n; t++) {
    const value = x[start + t];
    sums[t + 1] = sums[t] + value;
    moments[t + 1] = moments[t] + t * value;
    all += value * value;
  }
  return (k) => {
    // Columns 1, u = min(0, t − k) and v = max(0, t − k); u·v = 0.
    const left = k - start;
    const right = n - 1 - left;
    const u = (-left * (left + 1)) / 2;
    const uu = (left * (left + 1) * (2 * left + 1)) / 6;
    const v = (right * (right + 1)) / 2;
    const vv = (right * (right + 1) * (2 * right + 1)) / 6;
    const y = sums[n];
    const uy = moments[left] - left * sums[left];
    const vy = moments[n] - moments[left] - left * (sums[n] - sums[left]);
    // The level at the kink is what remains when both slopes are taken out.
    const level = n - (u * u) / uu - (v * v) / vv;
    const product = y - (u * uy) / uu - (v * vy) / vv;
    return Math.max(0, all - (uy * uy) / uu - (vy * vy) / vv - (product * product) / level);
  };
}

/** Residuals start … end−1 around the continuous line that bends at k. */
export function writeKinkResiduals(
  x: Float64Array,
  start: number,
  k: number,
  end: number,
  residuals: Float64Array,
): void {
  let [uu, vv, u, v, y, uy, vy] = [0, 0, 0, 0, 0, 0, 0];
  for (let i = start; i < end; i++) {
    const t = i - k;
    y += x[i];
    if (t < 0) {
      u += t;
      uu += t * t;
      uy += t * x[i];
    } else {
      v += t;
      vv += t * t;
      vy += t * x[i];
    }
  }
  const level = (y - (u * uy) / uu - (v * vy) / vv) / (end - start - (u * u) / uu - (v * v) / vv);
  const left = (uy - level * u) / uu;
  const right = (vy - level * v) / vv;
  for (let i = start; i < end; i++) residuals[i] = x[i] - level - (i < k ? left : right) * (i - k);
}
