/** Standard deviations beyond which a value is drawn in: one spike must not make or hide an autocorrelation. */
const WINSOR = 3;
/** First autocorrelations of the slow part beyond this would let nothing be found. */
const MOST_PHI = 0.95;

/**
 * By how much more the mean of many values varies than that of independent ones: 1 + 2 Σ ρ, where the autocorrelations
 * fall by a constant factor from the first one on, as they do for a slow AR(1) part under fast noise. At least 1.
 *
 * @param z noise in standard deviations; missing values are NaN and break the pairs they are part of
 */
export function longRunInflation(z: ArrayLike<number>): number {
  const sums = [0, 0, 0];
  const counts = [0, 0, 0];
  const drawnIn = (v: number): number => Math.max(-WINSOR, Math.min(WINSOR, v));
  for (let i = 0; i < z.length; i++) {
    for (let lag = 0; lag <= 2 && lag <= i; lag++) {
      const product = drawnIn(z[i]) * drawnIn(z[i - lag]);
      if (Number.isNaN(product)) continue;
      sums[lag] += product;
      counts[lag]++;
    }
  }
  const covariance = sums.map((sum, lag) => (counts[lag] > 0 ? sum / counts[lag] : 0));
  if (!(covariance[0] > 0) || counts[1] < 3) return 1;
  const first = covariance[1] / covariance[0];
  // Within two standard errors of nothing it is nothing.
  if (first < 2 / Math.sqrt(counts[1])) return 1;
  const phi = Math.min(MOST_PHI, Math.max(first, covariance[2] / covariance[1]));
  return 1 + (2 * first) / (1 - phi);
}
