import { sigmoid } from "../multivariate/logistic-regression.js";

/** P(came true | score) = 1 / (1 + exp(−(slope·score + offset))). */
export interface PlattMap {
  slope: number;
  offset: number;
}

/**
 * Platt's (1999) calibration: a logistic curve of the score, fitted by Newton's method (Lin, Lin & Weng 2007) to targets
 * that are drawn in a little from 0 and 1, so that separable scores have an answer too.
 *
 * @param scores of about unit scale, without NaN
 * @param came 1 or 0 by row
 * @param weights by row; default 1
 */
export function fitPlatt(scores: Float64Array, came: Float64Array, weights?: Float64Array): PlattMap {
  const w = weights ?? new Float64Array(scores.length).fill(1);
  let [ones, zeros] = [0, 0];
  for (let i = 0; i < scores.length; i++) {
    if (came[i] === 1) ones += w[i];
    else zeros += w[i];
  }
  const [high, low] = [(ones + 1) / (ones + 2), 1 / (zeros + 2)];
  const loss = (slope: number, offset: number): number => {
    let sum = 0;
    for (let i = 0; i < scores.length; i++) {
      const eta = slope * scores[i] + offset;
      const target = came[i] === 1 ? high : low;
      sum += w[i] * (Math.max(eta, 0) + Math.log1p(Math.exp(-Math.abs(eta))) - target * eta);
    }
    return sum;
  };
  let map: PlattMap = { slope: 0, offset: Math.log((ones + 1) / (zeros + 1)) };
  let least = loss(map.slope, map.offset);
  for (let step = 0; step < 100; step++) {
    const { slope, offset } = newtonStep(scores, came, w, map, high, low);
    let size = 1;
    let next = least;
    for (; size > 1e-10; size /= 2) {
      next = loss(map.slope + size * slope, map.offset + size * offset);
      if (next < least) break;
    }
    if (!(next < least)) break;
    map = { slope: map.slope + size * slope, offset: map.offset + size * offset };
    const gain = least - next;
    least = next;
    if (gain <= 1e-13 * least) break;
  }
  return map;
}

function newtonStep(
  scores: Float64Array,
  came: Float64Array,
  w: Float64Array,
  { slope, offset }: PlattMap,
  high: number,
  low: number,
): PlattMap {
  let [g1, g0, h11, h10, h00] = [0, 0, 1e-12, 0, 1e-12];
  for (let i = 0; i < scores.length; i++) {
    const p = sigmoid(slope * scores[i] + offset);
    const residual = w[i] * ((came[i] === 1 ? high : low) - p);
    const curvature = w[i] * p * (1 - p);
    g1 += residual * scores[i];
    g0 += residual;
    h11 += curvature * scores[i] * scores[i];
    h10 += curvature * scores[i];
    h00 += curvature;
  }
  const determinant = h11 * h00 - h10 * h10;
  return { slope: (h00 * g1 - h10 * g0) / determinant, offset: (h11 * g0 - h10 * g1) / determinant };
}

/** Probabilities of scores by a fitted curve. */
export function plattValues({ slope, offset }: PlattMap, scores: Float64Array): Float64Array {
  return scores.map((score) => sigmoid(slope * score + offset));
}
