// What the benches of the forecaster share: where the data lie, the quantiles judged, and how M4 scores its files.
import { resolve } from "node:path";

export const DATA = resolve("../shared/data");
export const DECILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/** `naive2`: Naive2 of the competition on exactly these series. */
export const M4 = {
  hourly: { horizon: 48, season: [24, 168], scale: 24, naive2: { smape: 18.2245, mase: 2.4317 } },
  weekly: { horizon: 13, season: [52], scale: 1, naive2: { smape: 9.5373, mase: 2.9145 } },
};
