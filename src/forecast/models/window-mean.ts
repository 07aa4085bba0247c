import { mean } from "../../core/statistics.js";
import type { Model } from "../model.js";

/** Steps of the window where there is no season. */
const WINDOW = 10;

/** The mean of the last season, by the longest usable one; without a season of the last ten values. */
export const windowMean: Model = {
  name: "window_mean",
  point(y, { horizon, seasons }) {
    const window = seasons.length ? seasons[seasons.length - 1] : WINDOW;
    return new Float64Array(horizon).fill(mean(y.subarray(Math.max(0, y.length - window))));
  },
};
