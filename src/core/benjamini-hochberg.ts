/**
 * Adjusted p-values of Benjamini & Hochberg (1995): a hypothesis is rejected at false discovery rate q where its adjusted
 * p-value is ≤ q.
 *
 * @param p p-values, in any order; NaN stays NaN and counts as no test
 * @param tests how many were tested in all, when the large ones are not listed; default those of `p`
 * @example benjaminiHochberg([0.01, 0.04, 0.03]) // [0.03, 0.04, 0.04]
 */
export function benjaminiHochberg(p: ArrayLike<number>, tests?: number): Float64Array {
  const order = Array.from({ length: p.length }, (_, i) => i).filter((i) => !Number.isNaN(p[i]));
  order.sort((a, b) => p[b] - p[a]);
  const adjusted = new Float64Array(p.length).fill(Number.NaN);
  let least = 1;
  order.forEach((i, place) => {
    least = Math.min(least, (p[i] * (tests ?? order.length)) / (order.length - place));
    adjusted[i] = least;
  });
  return adjusted;
}
