import { choleskySolveInPlace } from "../../core/linear-algebra.js";
import { startCovariance } from "./autocovariance.js";
import { tryCholesky } from "./cholesky.js";
import { applyPolynomial, degree, divideBackward, divideByPolynomial, type LagPolynomial } from "./polynomials.js";

/** An ARMA process with unit innovations: ar(B)·w = ma(B)·e. */
export interface Arma {
  ar: LagPolynomial;
  ma: LagPolynomial;
}

/** Columns seen through Σ⁻¹, where σ²Σ is the covariance of n values of the process. */
export interface Whitened {
  /** x_i'·Σ⁻¹·x_j for all columns, row-major. */
  gram: Float64Array;
  /** log |Σ|. */
  logDeterminant: number;
}

/**
 * Exact Gaussian likelihood of an ARMA process, by its starting vector.
 *
 * What the unseen past adds to ar(B)·w falls on the first m = max(degree of ar, degree of ma) equations only; call it v,
 * with covariance σ²V. Then ar(B)·w = ma(B)·e + v, e and v independent, and with the residuals r that zeros in place of
 * the past give, r ~ N(0, σ²(I + K·V·K')), K being the first m columns of ma(B)⁻¹ (Ljung & Box 1979 in the form of
 * Woodbury's identity). K'·K is nearly Toeplitz and comes from one filtered impulse, so that one evaluation costs
 * O(n · coefficients + m³) with m far below n: no n·m² of a Kalman filter, and exact at the edge of invertibility too.
 */
export class ExactLikelihood {
  private readonly work: Float64Array[];

  /** @param columns the values and the regressors, all of one length n ≥ 1 */
  constructor(private readonly columns: readonly Float64Array[]) {
    this.work = columns.map((c) => new Float64Array(c.length));
  }

  /** Null where the autoregression is not stationary to working precision. */
  whiten(arma: Arma): Whitened | null {
    const { columns, work } = this;
    const count = columns.length;
    const n = columns[0].length;
    const m = Math.min(n, Math.max(degree(arma.ar), degree(arma.ma)));
    work.forEach((x, i) => {
      x.set(columns[i]);
      applyPolynomial(x, arma.ar);
      divideByPolynomial(x, arma.ma);
    });
    const gram = innerProducts(work, n);
    if (m === 0) return { gram, logDeterminant: 0 };
    const start = solveStart(arma, n, m);
    if (start === null) return null;
    const { factor, inner } = start;
    const heads = work.map((x) => {
      divideBackward(x, arma.ma);
      return forwardSolve(factor, m, x.slice(0, m));
    });
    const outer = heads.map((head) => forwardSolve(inner, m, head.slice()));
    let logDeterminant = 0;
    for (let i = 0; i < m; i++) logDeterminant += 2 * Math.log(inner[i * m + i]);
    const [minus, plus] = [innerProducts(heads, m), innerProducts(outer, m)];
    for (let k = 0; k < count * count; k++) gram[k] += plus[k] - minus[k];
    return { gram, logDeterminant };
  }
}

/**
 * Innovations e given all values, E[e | w] ("unconditional residuals" of Box & Jenkins): forecasts made from them and
 * the last values are the exact conditional expectations where n ≥ m.
 */
export function expectedInnovations(w: Float64Array, { ar, ma }: Arma): Float64Array | null {
  const n = w.length;
  const m = Math.min(n, Math.max(degree(ar), degree(ma)));
  const residuals = Float64Array.from(w);
  applyPolynomial(residuals, ar);
  if (m === 0) return residuals;
  const start = solveStart({ ar, ma }, n, m);
  if (start === null) return null;
  const { factor, inner } = start;
  const backward = Float64Array.from(residuals);
  divideByPolynomial(backward, ma);
  divideBackward(backward, ma);
  const head = forwardSolve(factor, m, backward.slice(0, m));
  const shrunk = head.slice();
  choleskySolveInPlace(inner, m, shrunk);
  // E[v | w] = L'⁻¹·(I − (I + L'VL)⁻¹)·L⁻¹·K'·r
  const v = head.map((h, i) => h - shrunk[i]);
  for (let i = m - 1; i >= 0; i--) {
    for (let k = i + 1; k < m; k++) v[i] -= factor[k * m + i] * v[k];
    v[i] /= factor[i * m + i];
  }
  for (let i = 0; i < m; i++) residuals[i] -= v[i];
  divideByPolynomial(residuals, ma);
  return residuals;
}

/** `factor` = L with K'K = L·L'; `inner` = Cholesky factor of I + L'·V·L. */
function solveStart({ ar, ma }: Arma, n: number, m: number): { factor: Float64Array; inner: Float64Array } | null {
  const covariance = startCovariance(ar, ma);
  if (covariance === null) return null;
  const size = Math.max(degree(ar), degree(ma));
  const factor = impulseGram(ma, n, m);
  if (!tryCholesky(factor, m)) return null;
  const upper = new Float64Array(m * m);
  for (let i = 0; i < m; i++) for (let j = 0; j <= i; j++) upper[j * m + i] = factor[i * m + j];
  const half = new Float64Array(m * m);
  for (let i = 0; i < m; i++) rowProducts(upper, i, covariance, size, i, m, half);
  const inner = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    // Row j of L' begins at its diagonal, so the products of the rows up to the i-th may begin at 0 or at j alike.
    rowProducts(half, i, upper, m, 0, i + 1, inner);
    inner[i * m + i] += 1;
  }
  return inner.every(Number.isFinite) && tryCholesky(inner, m) ? { factor, inner } : null;
}

/**
 * out[row, j] = Σ_k a[row, k]·b[j, k] over k from `start` on, for j below `count`; `a` and `out` are m×m, rows of `b` are
 * `stride` apart. Four rows go through the loop together: this is most of an evaluation's time for long seasons.
 */
function rowProducts(
  a: Float64Array,
  row: number,
  b: Float64Array,
  stride: number,
  start: number,
  count: number,
  out: Float64Array,
): void {
  const m = Math.sqrt(out.length);
  const from = row * m;
  let j = 0;
  for (; j + 3 < count; j += 4) {
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let k = start, at = j * stride + start; k < m; k++, at++) {
      const v = a[from + k];
      s0 += v * b[at];
      s1 += v * b[at + stride];
      s2 += v * b[at + 2 * stride];
      s3 += v * b[at + 3 * stride];
    }
    out[from + j] = s0;
    out[from + j + 1] = s1;
    out[from + j + 2] = s2;
    out[from + j + 3] = s3;
  }
  for (; j < count; j++) {
    let sum = 0;
    for (let k = start, at = j * stride + start; k < m; k++, at++) sum += a[from + k] * b[at];
    out[from + j] = sum;
  }
}

/** K'·K for the first m columns K of the n×n lower triangular Toeplitz matrix ma(B)⁻¹. */
function impulseGram(ma: LagPolynomial, n: number, m: number): Float64Array {
  const gram = new Float64Array(m * m);
  const impulse = new Float64Array(n);
  impulse[0] = 1;
  divideByPolynomial(impulse, ma);
  const first = Float64Array.from(impulse);
  divideBackward(first, ma);
  for (let j = 0; j < m; j++) gram[j] = gram[j * m] = first[j];
  for (let i = 1; i < m; i++) {
    for (let j = i; j < m; j++) {
      gram[i * m + j] = gram[(i - 1) * m + j - 1] - impulse[n - j] * impulse[n - i];
      gram[j * m + i] = gram[i * m + j];
    }
  }
  return gram;
}

function innerProducts(x: readonly Float64Array[], n: number): Float64Array {
  const count = x.length;
  const gram = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      const [a, b] = [x[i], x[j]];
      let sum = 0;
      for (let t = 0; t < n; t++) sum += a[t] * b[t];
      gram[i * count + j] = gram[j * count + i] = sum;
    }
  }
  return gram;
}

/** Solves L·x = b in place. */
function forwardSolve(l: Float64Array, m: number, b: Float64Array): Float64Array {
  for (let i = 0; i < m; i++) {
    let sum = b[i];
    for (let k = 0; k < i; k++) sum -= l[i * m + k] * b[k];
    b[i] = sum / l[i * m + i];
  }
  return b;
}
