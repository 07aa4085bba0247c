import { chdtri, compiled, igamc, incbet, incbi, ndtr, ndtri } from "cephes";

// The special functions are WebAssembly, which is compiled once while this module loads.
await compiled;

/** P(Z ≤ z) of the standard normal distribution. */
export function normalCdf(z: number): number {
  return ndtr(z);
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
  return 2 * ndtr(-Math.abs(z));
}

/** P(|T| ≥ |t|) of Student's distribution; degrees of freedom need not be whole. */
export function studentTwoSided(t: number, degrees: number): number {
  return incbet(degrees / 2, 0.5, degrees / (degrees + t * t));
}

/** P(T ≤ t) of Student's distribution; degrees of freedom need not be whole. */
export function studentCdf(t: number, degrees: number): number {
  const tail = studentTwoSided(t, degrees) / 2;
  return t < 0 ? tail : 1 - tail;
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
  return x <= 0 ? 1 : igamc(degrees / 2, x / 2);
}

/** The x that a chi-square variable exceeds with probability p. */
export function chiSquareIsf(p: number, degrees: number): number {
  return chdtri(degrees, p);
}

/** P(X ≤ x) of the beta distribution. */
export function betaCdf(x: number, a: number, b: number): number {
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

/** P(X ≥ k) of k successes in n trials. */
export function binomialSf(k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  return k > n ? 0 : betaCdf(p, k, n - k + 1);
}
