import type { Model } from "../model.js";

/**
 * The value one season before, by the longest usable season; without a season the last value.
 *
 * The longest season is taken because a day inside a week repeats worse than the same day of the week before.
 */
export const seasonalNaive: Model = {
  name: "seasonal_naive",
  point(y, { horizon, seasons }) {
    const season = seasons.length ? seasons[seasons.length - 1] : 1;
    return Float64Array.from({ length: horizon }, (_, h) => y[y.length - season + (h % season)]);
  },
};
