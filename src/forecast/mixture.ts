import { gridIndex, type QuantileForecast } from "./model.js";

/** Halvings of the interval in which a quantile lies; 2⁻⁴⁰ of its width is beyond the data's own precision. */
const HALVINGS = 40;

/**
 * Quantiles of the mixture of several distributions (linear opinion pool): where two forecasts say two different things,
 * both stay possible, which an average of their quantiles would deny. Only the middle is the average of the medians: the
 * median of a mixture jumps from one forecast to the other.
 *
 * @param grids quantile forecasts of each component at `probabilities`
 * @param shares weight of each, adding up to one
 */
export function mixQuantiles(
  grids: readonly QuantileForecast[],
  shares: readonly number[],
  probabilities: readonly number[],
): QuantileForecast {
  const kept = grids.filter((_, c) => shares[c] > 0);
  const weights = shares.filter((share) => share > 0);
  if (kept.length === 1) return kept[0];
  const middle = gridIndex(probabilities, 0.5);
  const steps = kept[0][middle].length;
  const mixed = probabilities.map(() => new Float64Array(steps));
  for (let h = 0; h < steps; h++) {
    const below = (value: number): number =>
      kept.reduce((sum, grid, c) => sum + weights[c] * shareBelow(grid, probabilities, h, value), 0);
    probabilities.forEach((p, at) => {
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      for (const grid of kept) {
        low = Math.min(low, grid[at][h]);
        high = Math.max(high, grid[at][h]);
      }
      for (let k = 0; k < HALVINGS && low < high; k++) {
        const centre = (low + high) / 2;
        if (below(centre) < p) low = centre;
        else high = centre;
      }
      mixed[at][h] = high;
    });
    mixed[middle][h] = kept.reduce((sum, grid, c) => sum + weights[c] * grid[middle][h], 0);
  }
  return mixed;
}

/** Distribution function at a value: linear between the quantiles, 0 and 1 beyond them. */
function shareBelow(grid: QuantileForecast, probabilities: readonly number[], h: number, value: number): number {
  const last = grid.length - 1;
  if (value < grid[0][h]) return 0;
  if (value >= grid[last][h]) return 1;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const centre = (low + high) >> 1;
    if (grid[centre][h] <= value) low = centre;
    else high = centre;
  }
  const width = grid[high][h] - grid[low][h];
  return probabilities[low] + ((value - grid[low][h]) / width) * (probabilities[high] - probabilities[low]);
}
