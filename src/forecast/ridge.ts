import { choleskyInPlace, choleskySolveInPlace } from "../core/linear-algebra.js";
import { median } from "../core/statistics.js";
import { dot, dotMany } from "./dot.js";

/** Linear model of a series on its own lags and on given regressors; `coefficients` = lags, regressors, intercept. */
export interface RidgeFit {
  lags: readonly number[];
  coefficients: Float64Array;
}

export interface RidgeOptions {
  /** Penalty per training row on all coefficients but the intercept. */
  lambda: number;
  /** Rounds of iteratively reweighted least squares with Huber weights, c = 1.4826 · median|r|. */
  huberRounds: number;
}

/**
 * Ridge regression of z(t) on z(t − lag) and regressors, with intercept.
 *
 * @param z standardised series
 * @param lags ascending, the last one shorter than the series
 * @param regressors columns over the whole series (`regressors[k][t]`)
 * @throws NumericalError when the penalised Gram matrix is not positive definite
 */
export function fitLagRidge(
  z: Float64Array,
  lags: readonly number[],
  regressors: readonly Float64Array[],
  options: RidgeOptions,
): RidgeFit {
  const first = lags.length ? lags[lags.length - 1] : 0;
  const rows = z.length - first;
  const target = z.subarray(first);
  const columns = [
    ...lags.map((lag) => z.subarray(first - lag, z.length - lag)),
    ...regressors.map((r) => r.subarray(first, z.length)),
    new Float64Array(rows).fill(1),
  ];
  const p = columns.length;
  let weights: Float64Array | null = null;
  let coefficients = new Float64Array(p);
  for (let round = 0; round <= options.huberRounds; round++) {
    coefficients = solveNormalEquations(columns, target, weights, options.lambda * rows);
    if (round === options.huberRounds) break;
    weights = huberWeights(residuals(columns, target, coefficients));
    if (weights === null) break;
  }
  return { lags, coefficients };
}

function solveNormalEquations(
  columns: readonly Float64Array[],
  target: Float64Array,
  weights: Float64Array | null,
  penalty: number,
): Float64Array<ArrayBuffer> {
  const p = columns.length;
  const rows = target.length;
  const gram = new Float64Array(p * p);
  const right = new Float64Array(p);
  const weighted = new Float64Array(rows);
  for (let i = 0; i < p; i++) {
    let column = columns[i];
    if (weights) {
      for (let t = 0; t < rows; t++) weighted[t] = column[t] * weights[t];
      column = weighted;
    }
    dotMany(column, columns, i + 1, rows, gram, i * p);
    right[i] = dot(column, target, rows);
    // The intercept (last column) carries only a trace of a penalty, enough for a constant regressor beside it.
    gram[i * p + i] += i < p - 1 ? penalty : 1e-9 * rows;
  }
  choleskyInPlace(gram, p);
  choleskySolveInPlace(gram, p, right);
  return right;
}

function residuals(columns: readonly Float64Array[], target: Float64Array, beta: Float64Array): Float64Array {
  const r = Float64Array.from(target);
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i];
    const b = beta[i];
    for (let t = 0; t < r.length; t++) r[t] -= b * column[t];
  }
  return r;
}

/** Huber (1964) weights min(1, c/|r|); null when more than half of the residuals are exactly zero. */
function huberWeights(r: Float64Array): Float64Array | null {
  const absolute = r.map(Math.abs);
  const c = 1.4826 * median(absolute);
  if (!(c > 0)) return null;
  return absolute.map((a) => (a <= c ? 1 : c / a));
}

/**
 * Recursive forecast: each step feeds on the steps before it.
 *
 * @param z the series the fit was made on
 * @param future regressors over the horizon (`future[k][h]`)
 * @param bound keeps a step inside what the series has shown, so that the recursion cannot explode
 */
export function forecastRecursively(
  z: Float64Array,
  fit: RidgeFit,
  horizon: number,
  future: readonly Float64Array[],
  bound: (value: number, h: number) => number,
): Float64Array {
  const { lags, coefficients } = fit;
  const n = z.length;
  const extended = new Float64Array(n + horizon);
  extended.set(z);
  for (let h = 0; h < horizon; h++) {
    let value = coefficients[coefficients.length - 1];
    for (let i = 0; i < lags.length; i++) value += coefficients[i] * extended[n + h - lags[i]];
    for (let k = 0; k < future.length; k++) value += coefficients[lags.length + k] * future[k][h];
    extended[n + h] = bound(value, h);
  }
  return extended.slice(n);
}
