import { choleskySolveInPlace } from "../../core/linear-algebra.js";
import { dot, dotMany } from "../dot.js";
import { tryCholesky } from "./cholesky.js";
import { type ArmaShape, freeParameters } from "./parameters.js";
import { rootsOutside } from "./polynomials.js";

/** Share of a coefficient that stays when the factor's roots must be drawn outside the unit circle. */
const SHRINK = 0.95;
/** Roots of a start value lie outside this circle. */
const START_ROOT = 1.03;

/**
 * Start values by linear regressions (Hannan & Rissanen 1982): innovations from a long autoregression, then the series
 * on its own lags and on theirs, the seasonal lags beside the short ones. Factors that come out non-stationary or
 * non-invertible are shrunk until they are not.
 *
 * @returns free parameters, null when the series is too short or the regressions are singular
 */
export function hannanRissanen(w: Float64Array, shape: ArmaShape): Float64Array | null {
  const { p, q, P, Q, period, leastRoot } = shape;
  const arLags = [...sequence(p, 1), ...sequence(P, period)];
  const maLags = [...sequence(q, 1), ...sequence(Q, period)];
  const long = [...sequence(Math.min(20, Math.floor(2 * Math.log(w.length) + p + q)), 1), ...sequence(P + Q, period)];
  const innovations = maLags.length > 0 ? longResiduals(w, [...new Set(long)]) : w;
  if (innovations === null) return null;
  const columns = [...arLags.map((lag) => lagged(w, lag)), ...maLags.map((lag) => lagged(innovations, lag))];
  const c = regress(w, columns, Math.max(0, ...arLags, ...maLags));
  if (c === null) return null;
  const part = (from: number, count: number, sign: number): Float64Array =>
    shrunk(c.slice(from, from + count).map((v) => sign * v));
  const factors = [part(0, p, 1), part(p, P, 1), part(p + P, q, -1), part(p + P + q, Q, -1)];
  return freeParameters(factors, leastRoot);
}

const sequence = (count: number, stride: number): number[] => Array.from({ length: count }, (_, i) => (i + 1) * stride);

function lagged(x: Float64Array, lag: number): Float64Array {
  const out = new Float64Array(x.length);
  out.set(x.subarray(0, Math.max(0, x.length - lag)), Math.min(lag, x.length));
  return out;
}

function longResiduals(w: Float64Array, lags: readonly number[]): Float64Array | null {
  const columns = lags.map((lag) => lagged(w, lag));
  const c = regress(w, columns, Math.max(...lags));
  if (c === null) return null;
  const residuals = Float64Array.from(w);
  columns.forEach((column, k) => {
    for (let t = 0; t < residuals.length; t++) residuals[t] -= c[k] * column[t];
  });
  return residuals;
}

/** Least squares of w on columns over the values from `first` on. */
function regress(w: Float64Array, columns: readonly Float64Array[], first: number): Float64Array | null {
  const size = columns.length;
  const rows = w.length - first;
  if (rows < 2 * size) return null;
  const target = w.subarray(first);
  const used = columns.map((x) => x.subarray(first));
  const gram = new Float64Array(size * size);
  const c = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    dotMany(used[i], used, i + 1, rows, gram, i * size);
    gram[i * size + i] *= 1 + 1e-10;
    c[i] = dot(used[i], target, rows);
  }
  if (!tryCholesky(gram, size)) return null;
  choleskySolveInPlace(gram, size, c);
  return c;
}

function shrunk(coefficients: Float64Array): Float64Array {
  const c = coefficients;
  while (!rootsOutside(c, START_ROOT)) for (let k = 0; k < c.length; k++) c[k] *= SHRINK ** (k + 1);
  return c;
}
