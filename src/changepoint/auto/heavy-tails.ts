import { quantileSelect } from "../../core/index.js";

/**
 * How much wider a normal likelihood must be taken under heavy tails, at least 1: the geometric mean of 1 and the ratio
 * of the variance to the one that the median size implies. Simulated intervals under t₃ noise then cover as they should.
 *
 * @param changes of the spread, between which it is judged
 */
export function heavyTails(residuals: Float64Array, changes: readonly number[] = []): number {
  const bounds = [0, ...changes, residuals.length];
  let squares = 0;
  let implied = 0;
  for (let j = 1; j < bounds.length; j++) {
    const part = residuals.subarray(bounds[j - 1], bounds[j]);
    const middle = 1.4826 * quantileSelect(part.map(Math.abs), 0.5);
    if (middle === 0) continue;
    squares += part.reduce((sum, e) => sum + e * e, 0) / middle ** 2;
    implied += part.length;
  }
  return implied > 0 ? Math.sqrt(Math.max(1, squares / implied)) : 1;
}
