import { gridIndex, type QuantileForecast } from "./model.js";

/**
 * Quantiles of the mixture of several distributions (linear opinion pool, Stone 1961): where two forecasts say two
 * different things, both stay possible, which an average of their quantiles would deny. Only the middle is the average of
 * the medians: the median of a mixture jumps from one forecast to the other.
 *
 * A distribution is linear between its quantiles; what lies beyond them stands on the outermost ones.
 *
 * @param grids quantile forecasts of each component at `probabilities`, ascending at every step
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
  const knots = new Float64Array(kept.length * probabilities.length);
  const counts = { below: new Int32Array(kept.length), notAbove: new Int32Array(kept.length) };
  for (let h = 0; h < steps; h++) {
    for (let c = 0; c < kept.length; c++) {
      const grid = kept[c];
      for (let i = 0; i < grid.length; i++) knots[c * grid.length + i] = grid[i][h];
    }
    knots.sort();
    invert(kept, weights, probabilities, h, knots, counts, mixed);
    mixed[middle][h] = 0;
    for (let c = 0; c < kept.length; c++) mixed[middle][h] += weights[c] * kept[c][middle][h];
  }
  return mixed;
}

/** For each component the number of its quantiles below a knot, and of those not above it. */
interface MixtureCounts {
  below: Int32Array;
  notAbove: Int32Array;
}

/** Reads the quantiles of a step off the mixture's distribution function, which is linear between the knots. */
function invert(
  grids: readonly QuantileForecast[],
  weights: readonly number[],
  probabilities: readonly number[],
  h: number,
  knots: Float64Array,
  { below, notAbove }: MixtureCounts,
  mixed: QuantileForecast,
): void {
  below.fill(0);
  notAbove.fill(0);
  let p = 0;
  let before = 0;
  let last = knots[0];
  for (let k = 0; k < knots.length && p < probabilities.length; k++) {
    const value = knots[k];
    let left = 0;
    let right = 0;
    for (let c = 0; c < grids.length; c++) {
      const grid = grids[c];
      while (below[c] < grid.length && grid[below[c]][h] < value) below[c]++;
      while (notAbove[c] < grid.length && grid[notAbove[c]][h] <= value) notAbove[c]++;
      left += weights[c] * shareAt(grid, probabilities, h, value, below[c]);
      right += weights[c] * shareAt(grid, probabilities, h, value, notAbove[c]);
    }
    for (; p < probabilities.length && (probabilities[p] <= right || k === knots.length - 1); p++) {
      const within = probabilities[p] < left ? (probabilities[p] - before) / (left - before) : 1;
      mixed[p][h] = last + within * (value - last);
    }
    before = right;
    last = value;
  }
}

/** Distribution function at a value that `count` of the quantiles lie before. */
function shareAt(
  grid: QuantileForecast,
  probabilities: readonly number[],
  h: number,
  value: number,
  count: number,
): number {
  if (count === 0) return 0;
  if (count === grid.length) return 1;
  const low = grid[count - 1][h];
  const high = grid[count][h];
  return probabilities[count - 1] + ((value - low) / (high - low)) * (probabilities[count] - probabilities[count - 1]);
}
