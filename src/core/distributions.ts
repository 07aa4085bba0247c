import { compiled, igamc, incbet, incbi, lgam, ndtr, ndtri } from "cephes";

// The special functions are WebAssembly, which is compiled once while this module loads.
await compiled;

/** From so many degrees of freedom on the normal distribution is nearer to Student's than Cephes is. */
const NEARLY_NORMAL = 1e6;

/** P(Z ≤ z) of the standard normal distribution. */
export function normalCdf(z: number): number {
  // Cephes's function ends at −27 with 0, though smaller numbers follow, and gives NaN for large z.
  return z < -5 ? chiSquareSf(z * z, 1) / 2 : ndtr(Math.min(40, z));
}

/** Quantile of the standard normal distribution; ±Infinity at 0 and 1. */
export function normalQuantile(p: number): number {
  if (p === 0) return Number.NEGATIVE_INFINITY;
  return p === 1 ? Number.POSITIVE_INFINITY : ndtri(p);
}

/** Two-sided z of an interval, e.g. 1.96 for a level of 0.95. */
export function twoSidedZ(level: number): number {
  return -ndtri((1 - level) / 2);
}

/** P(|Z| ≥ |z|) of the standard normal distribution. */
export function normalTwoSided(z: number): number {
  return 2 * normalCdf(-Math.abs(z));
}

/** P(|T| ≥ |t|) of Student's distribution; degrees of freedom need not be whole. */
export function studentTwoSided(t: number, degrees: number): number {
  if (degrees > NEARLY_NORMAL) {
    // Wallace's (1959) transformation to a normal variable; Cephes loses digits there.
    return normalTwoSided(Math.sqrt(degrees * Math.log1p((t * t) / degrees)) * (1 - 2 / (8 * degrees + 3)));
  }
  const square = t * t;
  // Near 0 the argument itself would lose the digits.
  if (square < 0.5) return 1 - incbet(0.5, degrees / 2, square / (degrees + square));
  return incbet(degrees / 2, 0.5, degrees / (degrees + square));
}

/** Quantile of Student's distribution, 0 < p < 1. */
export function studentQuantile(p: number, degrees: number): number {
  const tail = Math.min(p, 1 - p);
  const x = incbi(degrees / 2, 0.5, 2 * tail);
  const t = Math.sqrt((degrees * (1 - x)) / x);
  return p < 0.5 ? -t : t;
}

/** P(X > x) of the chi-square distribution; degrees of freedom need not be whole. */
export function chiSquareSf(x: number, degrees: number): number {
  if (x <= 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  const [a, y] = [degrees / 2, x / 2];
  // Where a tail is smaller than any number Cephes throws.
  if (a * Math.log(y) - y - lgam(a) < -709) return y < a ? 1 : 0;
  return igamc(a, y);
}

/** P(X ≤ x) of the beta distribution. */
function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  return x >= 1 ? 1 : incbet(a, b, x);
}

/** Quantile of the beta distribution. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (p <= 0) return 0;
  return p >= 1 ? 1 : incbi(a, b, p);
}

/** P(X ≤ k) of k successes in n trials. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  return k >= n ? 1 : betaCdf(1 - p, n - k, k + 1);
}

/**
 * P(T > t) of the noncentral t distribution, e.g. the power of a t test; degrees of freedom above 0 need not be whole.
 *
 * T = (Z + shift) ÷ S with S = √(χ² ÷ degrees), so the tail is the mean of Φ(shift − t·S): a trapezoid sum over ln S,
 * which converges faster than any power of its step since the integrand is smooth and dies out on both sides. The weights
 * are divided by their own sum.
 */
export function noncentralTSf(t: number, degrees: number, shift: number): number {
  const step = Math.min(0.5, 1 / Math.sqrt(2 * degrees), 1 / (1 + Math.abs(shift))) / 4;
  const exponent = (y: number) => degrees * (y - Math.expm1(2 * y) / 2);
  let [total, beyond] = [0, 0];
  const add = (y: number): boolean => {
    const weight = Math.exp(exponent(y));
    total += weight;
    beyond += weight * normalCdf(shift - t * Math.exp(y));
    return weight > 1e-18;
  };
  for (let k = 0; add(k * step); k++);
  for (let k = 1; add(-k * step); k++);
  return beyond / total;
}
