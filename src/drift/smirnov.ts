import { stirlingError } from "./stirling-error.js";

/** From here on the leading terms of the limit are used, as scipy does. */
const LARGE = 1_000_000;
const SUM_ALL_UP_TO = 1500;
const TERMS = 500;

/**
 * P(D_n⁺ ≥ d) of the one-sided one-sample Kolmogorov-Smirnov statistic (Birnbaum & Tingey 1951): a sum over where the
 * empirical distribution last stands d above the true one. For large n the terms are a smooth bump that vanishes at both
 * ends, whose sum evenly spaced points give to the last digits.
 *
 * @param n points, a whole number
 * @param d 0 < d < 1
 */
export function smirnovSf(n: number, d: number): number {
  if (n > LARGE) return Math.exp(-((6 * n * d + 1) ** 2) / (18 * n));
  const step = n <= SUM_ALL_UP_TO ? 1 : n / TERMS;
  const reach = n * d;
  const ofN = stirlingError(n);
  let sum = (1 - d) ** n;
  for (let j = step; j < n - reach; j += step) {
    const rest = n - j;
    const exponent =
      ofN - stirlingError(j) - stirlingError(rest) + j * Math.log1p(reach / j) + rest * Math.log1p(-reach / rest);
    sum += (reach / (j + reach)) * Math.sqrt(n / (2 * Math.PI * j * rest)) * Math.exp(exponent) * step;
  }
  return Math.min(1, sum);
}
