import { gammaln } from "simple-statistics";

/**
 * Exact two-sided p-value of McNemar's test (1947): pairs that changed go either way with probability ½, so the smaller of
 * the two counts is a binomial one.
 *
 * @param fixed pairs that failed before and not after
 * @param broken pairs that failed after and not before
 * @example mcnemar(9, 1) // 0.0215
 */
export function mcnemar(fixed: number, broken: number): number {
  const n = fixed + broken;
  const least = Math.min(fixed, broken);
  if (fixed === broken) return 1;
  let term = Math.exp(gammaln(n + 1) - gammaln(least + 1) - gammaln(n - least + 1) - n * Math.LN2);
  let tail = term;
  for (let k = least; k > 0 && term > 1e-17 * tail; k--) {
    term *= k / (n - k + 1);
    tail += term;
  }
  return Math.min(1, 2 * tail);
}
