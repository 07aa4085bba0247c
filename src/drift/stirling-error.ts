/** B(2k) / (2k (2k − 1)) for k from 7 down to 1. */
const COEFFICIENTS = [1 / 156, -691 / 360360, 1 / 1188, -1 / 1680, 1 / 1260, -1 / 360, 1 / 12];

/**
 * ln x! − ln(√(2πx) (x/e)^x), what Stirling's formula leaves out (Loader 2000), for any x > 0. It lets binomial
 * probabilities of large counts be had without the cancellation of log-factorials.
 */
export function stirlingError(x: number): number {
  let skipped = 0;
  let at = x;
  for (; at < 16; at++) skipped += (at + 0.5) * Math.log1p(1 / at) - 1;
  const square = 1 / (at * at);
  return skipped + COEFFICIENTS.reduce((sum, c) => sum * square + c, 0) / at;
}
