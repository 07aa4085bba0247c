import { twoSidedZ } from "../core/distributions.js";
import { type CountPair, total } from "./count-pair.js";
import { deviationAbove, rowsForStable, Z80 } from "./largest-deviation.js";

/** Mean and variance of |Z| of a standard normal variable. */
const HALF_NORMAL_MEAN = Math.sqrt(2 / Math.PI);
const HALF_NORMAL_VARIANCE = 1 - 2 / Math.PI;

/**
 * What chance alone adds to an estimated total variation distance, ½ Σ |Z| over levels: its mean and its standard
 * deviation.
 */
function chanceVariation({ reference, current }: CountPair) {
  const [n, m] = [total(reference), total(current)];
  let [meanSum, variance, linked, linkedSquares] = [0, 0, 0, 0];
  for (let i = 0; i < reference.length; i++) {
    const pooled = (reference[i] + current[i]) / (n + m);
    if (pooled === 1) continue;
    const square = variation(reference[i] / n, pooled) / n + variation(current[i] / m, pooled) / m;
    meanSum += Math.sqrt(square);
    variance += square;
    // Shares of one sample pull at each other: what one level has another lacks. Two levels move as one.
    const link = pooled ** 1.5 / Math.sqrt(1 - pooled);
    linked += link;
    linkedSquares += link * link;
  }
  const covariance = (1 / n + 1 / m) * Math.max(0, linked * linked - linkedSquares);
  return {
    n,
    m,
    mean: 0.5 * HALF_NORMAL_MEAN * meanSum,
    deviation: 0.5 * Math.sqrt(HALF_NORMAL_VARIANCE * (variance + covariance)),
  };
}

/** Variance of one row: of the side's own share or of the pooled one, whichever is larger. */
function variation(own: number, pooled: number): number {
  return Math.max(own * (1 - own), pooled * (1 - pooled));
}

/**
 * Interval of the total variation distance of two distributions of levels, level 1 − alpha.
 *
 * Many levels make the estimate too large by chance: 0.14 for 30 equal levels at 500 rows a side, when nothing differs.
 * So the lower end is the estimate less what chance may add at most, its mean and z standard deviations (and half a row
 * of the smaller side, as counts are whole). The upper end is not lowered by that mean: a true difference spread over
 * all levels looks the same as chance. See {@link deviationAbove}.
 *
 * @param value the estimate
 * @param counts what it was made of
 */
export function tvdInterval(value: number, counts: CountPair, alpha: number): [number, number] {
  const { n, m, mean, deviation } = chanceVariation(counts);
  const chance = mean + twoSidedZ(1 - alpha) * deviation + 0.5 / Math.min(n, m);
  return [Math.max(0, value - chance), Math.min(1, value + deviationAbove(n, m, alpha))];
}

/** Rows a side at which no drift is called stable with 80 % power, for shares of levels as they are in these rows. */
export function tvdRowsNeeded(counts: CountPair, alpha: number, threshold: number): number | null {
  const { n, m, mean, deviation } = chanceVariation(counts);
  return rowsForStable((mean + Z80 * deviation) / Math.sqrt(1 / n + 1 / m), alpha, threshold);
}
