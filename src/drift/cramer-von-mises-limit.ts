/** Width of the steps of the trapezoidal rule, whose error is far below 1e-16 for this integrand. */
const STEP = 1 / 8;
/** The series ends with the first term below this, as scipy's does. */
const LAST_TERM = 1e-7;

/**
 * P(W² ≥ x) of the limit of the one-sample statistic of Cramér & von Mises: the series of Anderson & Darling (1952),
 * in the Bessel function K of order 1/4 (Csörgő & Faraway 1996, equation 1.3). Ended as in scipy, so that it is off by up
 * to 1e-7, and more for x in the hundreds.
 */
export function cramerVonMisesSf(x: number): number {
  // There the probability of less is below 1e-17.
  if (x < 0.003) return 1;
  let [cdf, gammas] = [0, Math.sqrt(Math.PI)];
  for (let k = 0; ; k++) {
    const y = 4 * k + 1;
    const term = (gammas * Math.sqrt(y / x) * besselK(y ** 2 / (16 * x))) / Math.PI ** 1.5;
    cdf += term;
    if (term < LAST_TERM) return Math.max(0, 1 - cdf);
    // Γ(k + 1/2) / Γ(k + 1) of the next term.
    gammas *= (k + 0.5) / (k + 1);
  }
}

/** e^−q K(q) of order 1/4, by its integral of e^(−q (1 + cosh t)) cosh(t/4) over t > 0. */
function besselK(q: number): number {
  let sum = Math.exp(-2 * q) / 2;
  for (let t = STEP; ; t += STEP) {
    const term = Math.exp(-q * (1 + Math.cosh(t))) * Math.cosh(t / 4);
    sum += term;
    if (term <= 1e-18 * sum) return sum * STEP;
  }
}
