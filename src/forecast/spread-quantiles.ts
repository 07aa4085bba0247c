import { normalQuantile } from "../core/distributions.js";
import type { QuantileForecast } from "./model.js";
import { remembered } from "./remembered.js";

/** A wanted quantile as low + share · (high − low) of two known ones. */
interface Place {
  low: number;
  high: number;
  share: number;
}

/** Places of `wanted` probabilities among the known ones; the first number says how many are known. */
const placesOf = remembered(([count, ...all]): Place[] => {
  const known = all.slice(0, count).map(normalQuantile);
  return all.slice(count).map((p) => {
    const z = normalQuantile(p);
    const after = known.findIndex((at) => at >= z);
    const high = after < 0 ? known.length - 1 : Math.max(1, after);
    const low = high - 1;
    return { low, high, share: (z - known[low]) / (known[high] - known[low]) };
  });
});

/**
 * Quantiles at other probabilities than those that a model gives: linear in the quantile of the normal distribution between
 * two of them, and beyond the outermost along the line through the last two, as if the tails were normal.
 *
 * @param quantiles at least two, ascending at every step: `quantiles[i][h]` for `known[i]`
 * @param known their probabilities, ascending, between 0 and 1
 */
export function spreadQuantiles(
  quantiles: QuantileForecast,
  known: readonly number[],
  wanted: readonly number[],
): QuantileForecast {
  return placesOf([known.length, ...known, ...wanted]).map(({ low, high, share }) => {
    const [below, above] = [quantiles[low], quantiles[high]];
    if (share === 1) return above.slice();
    return below.map((value, h) => value + share * (above[h] - value));
  });
}
