import { dot } from "./dot.js";

export interface LogisticModel {
  intercept: number;
  /** One a column. */
  weights: Float64Array;
}

/** Newton steps at most; a few suffice wherever the penalty keeps the weights finite. */
const STEPS = 50;

/**
 * Logistic regression with an L2 penalty on the weights, not on the intercept: iteratively reweighted least squares, each
 * step solved by conjugate gradients, so that hundreds of columns need no square matrix. Minimises
 * Σ log-loss + l2/2·‖w‖², which is scikit-learn's with C = 1/l2.
 *
 * @param columns of about unit scale, without NaN
 * @param target 0 … 1 by row
 */
export function fitLogistic(columns: readonly Float64Array[], target: Float64Array, l2: number): LogisticModel {
  const n = target.length;
  const width = columns.length;
  // The last parameter is the intercept.
  const at = new Float64Array(width + 1);
  const eta = new Float64Array(n);
  const residual = new Float64Array(n);
  const curvature = new Float64Array(n);
  let loss = penalisedLoss(eta, target, at, l2);
  for (let step = 0; step < STEPS; step++) {
    for (let i = 0; i < n; i++) {
      const p = sigmoid(eta[i]);
      residual[i] = target[i] - p;
      curvature[i] = p * (1 - p);
    }
    const gradient = transposed(columns, residual);
    for (let c = 0; c < width; c++) gradient[c] -= l2 * at[c];
    const direction = conjugateGradients(columns, curvature, l2, gradient);
    const change = product(columns, direction);
    let size = 1;
    let next = loss;
    for (; size > 1e-6; size /= 2) {
      next = penalisedLoss(moved(eta, change, size), target, moved(at, direction, size), l2);
      if (next <= loss) break;
    }
    if (!(next < loss)) break;
    at.set(moved(at, direction, size));
    eta.set(moved(eta, change, size));
    const gain = loss - next;
    loss = next;
    if (gain <= 1e-14 * Math.abs(loss)) break;
  }
  return { intercept: at[width], weights: at.slice(0, width) };
}

/** Log-odds of rows by a fitted model. */
export function logOdds({ intercept, weights }: LogisticModel, columns: readonly Float64Array[]): Float64Array {
  return product(columns, Float64Array.of(...weights, intercept));
}

/** 1 / (1 + exp(−x)) without overflow. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

const moved = (from: Float64Array, by: Float64Array, size: number): Float64Array =>
  from.map((value, i) => value + size * by[i]);

function penalisedLoss(eta: Float64Array, target: Float64Array, at: Float64Array, l2: number): number {
  let loss = 0;
  for (let i = 0; i < eta.length; i++) {
    loss += Math.max(eta[i], 0) + Math.log1p(Math.exp(-Math.abs(eta[i]))) - target[i] * eta[i];
  }
  for (let c = 0; c < at.length - 1; c++) loss += (l2 / 2) * at[c] * at[c];
  return loss;
}

/** X·v with a last column of ones. */
function product(columns: readonly Float64Array[], v: Float64Array): Float64Array {
  const rows = new Float64Array(columns[0].length).fill(v[columns.length]);
  columns.forEach((column, c) => {
    const weight = v[c];
    for (let i = 0; i < rows.length; i++) rows[i] += weight * column[i];
  });
  return rows;
}

/** Xᵀ·u with a last column of ones. */
function transposed(columns: readonly Float64Array[], u: Float64Array): Float64Array {
  const sums = new Float64Array(columns.length + 1);
  columns.forEach((column, c) => {
    let sum = 0;
    for (let i = 0; i < u.length; i++) sum += column[i] * u[i];
    sums[c] = sum;
  });
  sums[columns.length] = u.reduce((sum, value) => sum + value, 0);
  return sums;
}

/** (XᵀWX + l2·I) d = g, with a trace of a penalty on the intercept where all curvature is gone. */
function conjugateGradients(
  columns: readonly Float64Array[],
  curvature: Float64Array,
  l2: number,
  gradient: Float64Array,
): Float64Array {
  const width = columns.length;
  const solution = new Float64Array(width + 1);
  const rest = gradient.slice();
  const search = gradient.slice();
  let norm = dot(rest, rest);
  const enough = 1e-20 * norm;
  for (let k = 0; k < 2 * (width + 1) && k < 200 && norm > enough; k++) {
    const rows = product(columns, search);
    for (let i = 0; i < rows.length; i++) rows[i] *= curvature[i];
    const image = transposed(columns, rows);
    for (let c = 0; c < width; c++) image[c] += l2 * search[c];
    image[width] += 1e-12 * search[width];
    const size = norm / dot(search, image);
    for (let c = 0; c <= width; c++) {
      solution[c] += size * search[c];
      rest[c] -= size * image[c];
    }
    const next = dot(rest, rest);
    for (let c = 0; c <= width; c++) search[c] = rest[c] + (next / norm) * search[c];
    norm = next;
  }
  return solution;
}
