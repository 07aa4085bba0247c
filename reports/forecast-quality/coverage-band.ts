/** Two-sided 95 % of the normal distribution. */
const Z = 1.96;

/**
 * Where the coverage of one step may lie by chance if the interval is honest: the normal range of a binomial share,
 * with the sample divided by its design effect (Kish 1965), as origins of one series are no independent draws.
 *
 * @param n scored values of the step
 */
export function coverageBand(nominal: number, n: number, designEffect: number): { lo: number; hi: number } | null {
  if (n === 0) return null;
  const half = Z * Math.sqrt((nominal * (1 - nominal) * designEffect) / n);
  return { lo: Math.max(0, nominal - half), hi: Math.min(1, nominal + half) };
}
