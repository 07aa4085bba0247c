import { choleskyInPlace, choleskySolveInPlace } from "../core/linear-algebra.js";
import { quantileSelect } from "../core/statistics.js";
import { dot, dotMany } from "./dot.js";
import { cycles, type NormalEquations, normalEquations, type Wave } from "./lag-gram.js";

/** Linear model of a series on its own lags and on waves; `coefficients` = lags, turns, intercept. */
export interface RidgeFit {
  lags: readonly number[];
  /** One cycle of each wave's sine and cosine. */
  turns: readonly Float64Array[];
  coefficients: Float64Array;
}

export interface RidgeOptions {
  /** Penalty per training row on all coefficients but the intercept. */
  lambda: number;
  /** Rounds of iteratively reweighted least squares with Huber weights, c = 1.4826 · median|r|. */
  huberRounds: number;
}

/**
 * Ridge regression of z(t) on z(t − lag), on waves (a sine and a cosine each) and a constant.
 *
 * @param z standardised series
 * @param lags ascending, at least one, the last one shorter than the series
 * @throws NumericalError when the penalised Gram matrix is not positive definite
 */
export function fitLagRidge(
  z: Float64Array,
  lags: readonly number[],
  waves: readonly Wave[],
  options: RidgeOptions,
): RidgeFit {
  const first = lags[lags.length - 1];
  const rows = z.length - first;
  const penalty = options.lambda * rows;
  const pairs = cycles(waves);
  const turns = pairs.flat();
  const plain = normalEquations(z, lags, waves, pairs);
  let coefficients = solve(plain, penalty, rows);
  if (options.huberRounds === 0) return { lags, turns, coefficients };
  const target = z.subarray(first);
  const columns = [
    ...lags.map((lag) => z.subarray(first - lag, z.length - lag)),
    ...turns.map((turn) => repeat(turn, first, rows)),
    new Float64Array(rows).fill(1),
  ];
  for (let round = 0; round < options.huberRounds; round++) {
    const weights = huberWeights(residuals(columns, target, coefficients));
    if (weights === null) break;
    coefficients = solve(lessened(plain, columns, target, weights), penalty, rows);
  }
  return { lags, turns, coefficients };
}

function repeat(turn: Float64Array, first: number, rows: number): Float64Array {
  const out = new Float64Array(rows);
  for (let t = 0; t < rows; t++) out[t] = turn[(first + t) % turn.length];
  return out;
}

function solve({ gram, right }: NormalEquations, penalty: number, rows: number): Float64Array<ArrayBuffer> {
  const p = right.length;
  const factor = gram.slice();
  // The intercept (last column) carries only a trace of a penalty, enough for a constant regressor beside it.
  for (let i = 0; i < p; i++) factor[i * p + i] += i < p - 1 ? penalty : 1e-9 * rows;
  choleskyInPlace(factor, p);
  const coefficients = right.slice();
  choleskySolveInPlace(factor, p, coefficients);
  return coefficients;
}

/** Weighted normal equations: the plain ones less 1 − w of each row that does not count in full, which few rows are. */
function lessened(
  plain: NormalEquations,
  columns: readonly Float64Array[],
  target: Float64Array,
  weights: Float64Array,
): NormalEquations {
  const p = columns.length;
  const rows = Int32Array.from(weights.keys()).filter((t) => weights[t] < 1);
  const count = rows.length;
  const kept = [...columns, target].map((column) => {
    const out = new Float64Array(count);
    for (let k = 0; k < count; k++) out[k] = column[rows[k]];
    return out;
  });
  const { gram, right } = { gram: plain.gram.slice(), right: plain.right.slice() };
  const less = new Float64Array(count);
  for (let i = 0; i < p; i++) {
    for (let k = 0; k < count; k++) less[k] = (weights[rows[k]] - 1) * kept[i][k];
    dotMany(less, kept, i + 1, count, gram, i * p);
    right[i] += dot(less, kept[p], count);
  }
  return { gram, right };
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
  const absolute = new Float64Array(r.length);
  for (let t = 0; t < r.length; t++) absolute[t] = Math.abs(r[t]);
  const c = 1.4826 * quantileSelect(absolute.slice(), 0.5);
  if (!(c > 0)) return null;
  return absolute.map((a) => (a <= c ? 1 : c / a));
}

/**
 * Recursive forecast: each step feeds on the steps before it.
 *
 * @param z the series the fit was made on
 * @param bound keeps a step inside what the series has shown, so that the recursion cannot explode
 */
export function forecastRecursively(
  z: Float64Array,
  fit: RidgeFit,
  horizon: number,
  bound: (value: number, h: number) => number,
): Float64Array {
  const { lags, turns, coefficients } = fit;
  const n = z.length;
  const extended = new Float64Array(n + horizon);
  extended.set(z);
  for (let h = 0; h < horizon; h++) {
    let value = coefficients[coefficients.length - 1];
    for (let i = 0; i < lags.length; i++) value += coefficients[i] * extended[n + h - lags[i]];
    for (let k = 0; k < turns.length; k++) value += coefficients[lags.length + k] * turns[k][(n + h) % turns[k].length];
    extended[n + h] = bound(value, h);
  }
  return extended.slice(n);
}
