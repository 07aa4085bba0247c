/** Jain's fairness index (Jain, Chiu & Hawe 1984): (Σx)² ÷ (n·Σx²); 1 when all are equal, 1/n when one has all. */
export function jainIndex(values: readonly number[]): number | null {
  const sum = values.reduce((total, x) => total + x, 0);
  const squares = values.reduce((total, x) => total + x * x, 0);
  return squares > 0 ? (sum * sum) / (values.length * squares) : null;
}
