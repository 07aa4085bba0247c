// Apart from distributions.ts, which loads WebAssembly: these sums decide change points and take nothing to load.
/**
 * Probability that a chi-square variable with a whole number of degrees of freedom exceeds x, by the recurrence from
 * one or two degrees (Abramowitz & Stegun 26.4.8).
 */
export function chiSquareTail(x: number, degrees: number): number {
  if (!(x > 0)) return 1;
  const even = degrees % 2 === 0;
  const density = Math.exp(-x / 2);
  let sum = even ? density : complementaryError(Math.sqrt(x / 2));
  let term = even ? density : Math.sqrt((2 * x) / Math.PI) * density;
  for (let k = even ? 2 : 1; k < degrees; k += 2) {
    if (k > 1) term *= x / k;
    sum += term;
  }
  return Math.min(1, sum);
}

/** erfc of x ≥ 0: the power series of erf near 0, the continued fraction further out (A & S 7.1.5, 7.1.14). */
function complementaryError(x: number): number {
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let k = 1; Math.abs(term) > 1e-17 * sum; k++) {
      term *= (-x * x) / k;
      sum += term / (2 * k + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let k = 60; k > 0; k--) fraction = k / 2 / (x + fraction);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
}
