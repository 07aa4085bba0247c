import type { Model } from "../model.js";

/** Last season's values scaled by the growth since: y(t − s) · y(T) / y(T − s), for positive values. */
export const seasonalGrowth: Model = {
  name: "seasonal_growth",
  point(y, { horizon, seasons }) {
    const n = y.length;
    const season = seasons[seasons.length - 1];
    if (season === undefined || n <= season) return null;
    const before = y[n - 1 - season];
    if (!(before > 0) || !(y[n - 1] > 0)) return null;
    const growth = y[n - 1] / before;
    return Float64Array.from({ length: horizon }, (_, h) => y[n - season + (h % season)] * growth);
  },
};
