/** Two rates, and the chances of taking one for the other. */
export interface SprtDesign {
  /** Rate that is good, and rate that is bad; p0 < p1. */
  p0: number;
  p1: number;
  /** Chance of calling the good rate bad, and the bad rate good. */
  alpha: number;
  beta: number;
}

/** Bounds of the log-likelihood ratio. */
export interface SprtBounds {
  /** At or above: the rate is bad. */
  halt: number;
  /** At or below: the rate is good. */
  accept: number;
}

/** Wald's bounds (1945): with them both errors are about alpha and beta, and their sum is never above alpha + beta. */
export function sprtBounds({ alpha, beta }: SprtDesign): SprtBounds {
  return { halt: Math.log((1 - beta) / alpha), accept: Math.log(beta / (1 - alpha)) };
}

/**
 * Logarithm of how much likelier the counts are under the bad rate than under the good one.
 *
 * @example logLikelihoodRatio(4, 200, { p0: 0.01, p1: 0.02, alpha: 0.05, beta: 0.05 }) // 0.78
 */
export function logLikelihoodRatio(failed: number, attempted: number, { p0, p1 }: SprtDesign): number {
  return failed * Math.log(p1 / p0) + (attempted - failed) * Math.log((1 - p1) / (1 - p0));
}
