import { expand, type LagPolynomial, toPartials } from "./polynomials.js";

/** Autocovariances at lags 0 … count − 1 of 1/(1 − Σ c[k]·B^k) driven by unit noise; null when not stationary. */
function autoregressiveCovariance(c: Float64Array, count: number): Float64Array | null {
  const p = c.length - 1;
  const partials = toPartials(c.subarray(1));
  if (partials === null) return null;
  const gamma = new Float64Array(Math.max(count, p + 1));
  let variance = 1;
  for (const partial of partials) variance /= 1 - partial * partial;
  gamma[0] = variance;
  // Levinson's recursion upward: `a` is the best predictor from k values, `variance` its error.
  const a = new Float64Array(p);
  for (let k = 1; k <= p; k++) {
    const partial = partials[k - 1];
    let sum = partial * variance;
    for (let j = 1; j < k; j++) sum += a[j - 1] * gamma[k - j];
    gamma[k] = sum;
    a[k - 1] = partial;
    for (let i = 0, j = k - 2; i <= j; i++, j--) {
      const [low, high] = [a[i], a[j]];
      a[i] = low - partial * high;
      a[j] = high - partial * low;
    }
    variance *= 1 - partial * partial;
  }
  for (let k = p + 1; k < count; k++) {
    let sum = 0;
    for (let j = 1; j <= p; j++) sum += c[j] * gamma[k - j];
    gamma[k] = sum;
  }
  return gamma;
}

/** Autocovariances at lags 0 … count − 1 of ar(B)·w = ma(B)·e, unit noise; `ar`, `ma` as {@link expand} writes them. */
function armaCovariance(ar: Float64Array, theta: Float64Array, count: number): Float64Array | null {
  const q = theta.length - 1;
  const gamma = autoregressiveCovariance(ar, count + q);
  if (gamma === null) return null;
  const products = new Float64Array(q + 1);
  for (let h = 0; h <= q; h++) for (let i = 0; i + h <= q; i++) products[h] += theta[i] * theta[i + h];
  return Float64Array.from({ length: count }, (_, k) => {
    let sum = products[0] * gamma[k];
    for (let h = 1; h <= q; h++) sum += products[h] * (gamma[k + h] + gamma[Math.abs(k - h)]);
    return sum;
  });
}

/**
 * Covariance, in units of σ², of what the past before the first value adds to the first m = max(p, q) equations of
 * ar(B)·w = ma(B)·e, row-major m×m. It is the covariance of Harvey's (1989) state vector before its first innovation,
 * filled from the last row upward by the state's own shift structure.
 *
 * @returns null when the autoregression is not stationary
 */
export function startCovariance(arPolynomial: LagPolynomial, maPolynomial: LagPolynomial): Float64Array | null {
  const ar = expand(arPolynomial);
  const ma = expand(maPolynomial);
  const [p, q] = [ar.length - 1, ma.length - 1];
  const m = Math.max(p, q);
  const theta = ma.map((c) => -c);
  theta[0] = 1;
  const gamma = armaCovariance(ar, theta, m + 1);
  if (gamma === null) return null;
  const phi = new Float64Array(m + 2);
  phi.set(ar);
  const moving = new Float64Array(m + 1);
  moving.set(theta);
  const first = stateRow(phi, moving, gamma, m);
  const v = new Float64Array(m * m);
  for (let i = m - 1; i >= 0; i--) {
    for (let j = i; j >= 0; j--) {
      const deeper = i + 1 < m ? v[(i + 1) * m + j + 1] : 0;
      const value =
        phi[i + 1] * phi[j + 1] * gamma[0] +
        phi[i + 1] * first[j + 1] +
        phi[j + 1] * first[i + 1] +
        moving[i + 1] * moving[j + 1] +
        deeper;
      v[i * m + j] = v[j * m + i] = value;
    }
  }
  return v;
}

/** Covariances of w(t) with the state's elements: Σ φ_k·γ(k − j) + Σ θ_k·ψ(k − j), k from j on. */
function stateRow(phi: Float64Array, theta: Float64Array, gamma: Float64Array, m: number): Float64Array {
  const psi = new Float64Array(m + 1);
  for (let k = 0; k <= m; k++) {
    psi[k] = theta[k];
    for (let j = 1; j <= k; j++) psi[k] += phi[j] * psi[k - j];
  }
  const row = new Float64Array(m + 1);
  for (let j = 1; j <= m; j++) {
    for (let k = j; k <= m; k++) row[j] += phi[k + 1] * gamma[k + 1 - j] + theta[k] * psi[k - j];
  }
  return row;
}
