import { choleskySolveInPlace } from "../../core/linear-algebra.js";
import { dot, dotMany } from "../dot.js";
import { tryCholesky } from "./cholesky.js";
import { type ArmaShape, armaAt, coefficientCount, coefficientDerivatives, reach } from "./parameters.js";
import { applyPolynomial, divideByPolynomial, type LagPolynomial } from "./polynomials.js";

const ROUNDS = 25;
/** Relative gain in the sum of squares below which the search ends. */
const ENOUGH = 1e-5;
/** Longest move of a free parameter in one round. */
const LARGEST_STEP = 2;

/** Where the conditional sum of squares is smallest. */
export interface CssFit {
  /** Free parameters of the ARMA part, see `armaAt`. */
  u: Float64Array;
  /** Coefficients of the regressors. */
  beta: Float64Array;
  /** Sum of squares over the n − p − P·period values that are not conditioned on. */
  sumOfSquares: number;
  /** JᵀJ / sumOfSquares in the directions of u, k×k: the curvature of ½·log(sum of squares). */
  curvature: Float64Array;
}

interface Point {
  u: Float64Array;
  beta: Float64Array;
  residuals: Float64Array;
  sumOfSquares: number;
}

/**
 * Least squares conditional on the first p + P·period values, by Levenberg–Marquardt with exact derivatives: every
 * derivative of the residuals by a coefficient is a filtered series (Box & Jenkins 1976, § 7.2).
 *
 * @param w values, differenced
 * @param regressors columns of the same length
 * @param startU free parameters to start from
 * @param startBeta coefficients of the regressors to start from
 */
export function fitCss(
  w: Float64Array,
  regressors: readonly Float64Array[],
  shape: ArmaShape,
  startU: Float64Array,
  startBeta: Float64Array,
): CssFit {
  const k = coefficientCount(shape);
  const size = k + regressors.length;
  const at = (u: Float64Array, beta: Float64Array) => evaluate(w, regressors, shape, u, beta);
  let best = at(startU, startBeta);
  const columns = Array.from({ length: size }, () => new Float64Array(w.length));
  const normalAt = (point: Point) => normalEquations(w, regressors, shape, point, columns);
  let normal = normalAt(best);
  let damping = 1e-3;
  for (let round = 0; round < ROUNDS && size > 0 && best.sumOfSquares > 0; round++) {
    const step = solveDamped(normal.gram, normal.right, damping);
    if (step === null) break;
    let longest = 0;
    for (let i = 0; i < k; i++) longest = Math.max(longest, Math.abs(step[i]));
    const share = Math.min(1, LARGEST_STEP / longest);
    const next = at(
      best.u.map((v, i) => v - share * step[i]),
      best.beta.map((v, i) => v - share * step[k + i]),
    );
    if (next.sumOfSquares < best.sumOfSquares) {
      const gain = 1 - next.sumOfSquares / best.sumOfSquares;
      best = next;
      normal = normalAt(best);
      damping = Math.max(1e-9, damping / 8);
      if (gain < ENOUGH) break;
    } else {
      damping *= 8;
      if (damping > 1e6) break;
    }
  }
  const curvature = new Float64Array(k * k);
  for (let i = 0; i < k; i++)
    for (let j = 0; j < k; j++) curvature[i * k + j] = normal.gram[i * size + j] / best.sumOfSquares;
  return { u: best.u, beta: best.beta, sumOfSquares: best.sumOfSquares, curvature };
}

/** w − X·β. */
export function subtractRegression(
  w: Float64Array,
  regressors: readonly Float64Array[],
  beta: ArrayLike<number>,
): Float64Array {
  const out = Float64Array.from(w);
  regressors.forEach((x, k) => {
    for (let t = 0; t < out.length; t++) out[t] -= beta[k] * x[t];
  });
  return out;
}

function evaluate(
  w: Float64Array,
  regressors: readonly Float64Array[],
  shape: ArmaShape,
  u: Float64Array,
  beta: Float64Array,
): Point {
  const { ar, ma } = armaAt(shape, u);
  const residuals = subtractRegression(w, regressors, beta);
  applyPolynomial(residuals, ar);
  residuals.fill(0, 0, reach(shape).ar);
  divideByPolynomial(residuals, ma);
  const sumOfSquares = dot(residuals, residuals, residuals.length);
  return { u, beta, residuals, sumOfSquares: Number.isNaN(sumOfSquares) ? Number.POSITIVE_INFINITY : sumOfSquares };
}

/** JᵀJ and Jᵀe in the free parameters and the regression coefficients. */
function normalEquations(
  w: Float64Array,
  regressors: readonly Float64Array[],
  shape: ArmaShape,
  point: Point,
  columns: readonly Float64Array[],
): { gram: Float64Array; right: Float64Array } {
  fillDerivatives(w, regressors, shape, point, columns);
  const size = columns.length;
  const gram = new Float64Array(size * size);
  const right = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    dotMany(columns[i], columns, i + 1, w.length, gram, i * size);
    for (let j = 0; j < i; j++) gram[j * size + i] = gram[i * size + j];
    right[i] = dot(columns[i], point.residuals, w.length);
  }
  return chain(gram, right, coefficientDerivatives(shape, point.u), coefficientCount(shape));
}

/** Derivatives of the residuals by the coefficients (φ, Φ, θ, Θ, β in this order) into the columns. */
function fillDerivatives(
  w: Float64Array,
  regressors: readonly Float64Array[],
  shape: ArmaShape,
  { u, beta, residuals }: Point,
  columns: readonly Float64Array[],
): void {
  const { period } = shape;
  const { ar, ma } = armaAt(shape, u);
  const skip = reach(shape).ar;
  const none = new Float64Array(0);
  let next = 0;
  const noise = subtractRegression(w, regressors, beta);
  const arColumns = (others: LagPolynomial, count: number, stride: number) => {
    if (count === 0) return;
    const source = Float64Array.from(noise);
    applyPolynomial(source, others);
    for (let i = 1; i <= count; i++) {
      shiftInto(columns[next], source, -1, i * stride, skip);
      divideByPolynomial(columns[next++], ma);
    }
  };
  const maColumns = (own: LagPolynomial, count: number, stride: number) => {
    if (count === 0) return;
    const source = Float64Array.from(residuals);
    divideByPolynomial(source, own);
    for (let i = 1; i <= count; i++) shiftInto(columns[next++], source, 1, i * stride, 0);
  };
  arColumns({ short: none, seasonal: ar.seasonal, period }, shape.p, 1);
  arColumns({ short: ar.short, seasonal: none, period }, shape.P, period);
  maColumns({ short: ma.short, seasonal: none, period }, shape.q, 1);
  maColumns({ short: none, seasonal: ma.seasonal, period }, shape.Q, period);
  for (const x of regressors) {
    const column = columns[next++];
    shiftInto(column, x, -1, 0, 0);
    applyPolynomial(column, ar);
    column.fill(0, 0, skip);
    divideByPolynomial(column, ma);
  }
}

/** out(t) = factor · x(t − lag) from `skip` on, zero before. */
function shiftInto(out: Float64Array, x: Float64Array, factor: number, lag: number, skip: number): void {
  const first = Math.max(lag, skip);
  out.fill(0, 0, first);
  for (let t = first; t < out.length; t++) out[t] = factor * x[t - lag];
}

/** Normal equations by coefficients turned into those by free parameters: DᵀGD and Dᵀr with D on the first k. */
function chain(gram: Float64Array, right: Float64Array, d: Float64Array, k: number) {
  const size = right.length;
  const half = Float64Array.from(gram);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < k; j++) {
      half[i * size + j] = 0;
      for (let l = 0; l < k; l++) half[i * size + j] += gram[i * size + l] * d[l * k + j];
    }
  }
  const full = Float64Array.from(half);
  const turned = Float64Array.from(right);
  for (let i = 0; i < k; i++) {
    turned[i] = 0;
    for (let l = 0; l < k; l++) turned[i] += d[l * k + i] * right[l];
    for (let j = 0; j < size; j++) {
      full[i * size + j] = 0;
      for (let l = 0; l < k; l++) full[i * size + j] += d[l * k + i] * half[l * size + j];
    }
  }
  return { gram: full, right: turned };
}

/** (G + damping · diag G)⁻¹·r; null when G holds no direction at all. */
function solveDamped(gram: Float64Array, right: Float64Array, damping: number): Float64Array | null {
  const size = right.length;
  const factor = Float64Array.from(gram);
  let largest = 0;
  for (let i = 0; i < size; i++) largest = Math.max(largest, gram[i * size + i]);
  for (let i = 0; i < size; i++) factor[i * size + i] += damping * gram[i * size + i] + 1e-12 * largest;
  const step = Float64Array.from(right);
  if (!tryCholesky(factor, size)) return null;
  choleskySolveInPlace(factor, size, step);
  return step;
}
