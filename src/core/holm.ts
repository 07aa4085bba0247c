/**
 * Holm's (1979) p-values for several tests at once: below 0.05 means that the chance of even one false finding among
 * all of them is below 5 %. NaN stays NaN and counts as no test.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).filter((i) => !Number.isNaN(pValues[i]));
  order.sort((a, b) => pValues[a] - pValues[b] || a - b);
  const adjusted = pValues.map(() => Number.NaN);
  let least = 0;
  for (const [rank, i] of order.entries()) {
    least = Math.max(least, Math.min(1, (order.length - rank) * pValues[i]));
    adjusted[i] = least;
  }
  return adjusted;
}
