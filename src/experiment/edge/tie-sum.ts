/** Sum of t (t − 1) (2 t + 5) over the groups of equal values, by which ties lessen the variance of Kendall's score. */
export function tieSum(values: ArrayLike<number>): number {
  const counts = new Map<number, number>();
  for (let i = 0; i < values.length; i++) counts.set(values[i], (counts.get(values[i]) ?? 0) + 1);
  return [...counts.values()].reduce((sum, t) => sum + t * (t - 1) * (2 * t + 5), 0);
}
