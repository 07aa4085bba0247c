import { mean } from "../../core/statistics.js";
import type { Model } from "../model.js";

/** The mean of the whole history. */
export const historicMean: Model = {
  name: "historic_mean",
  point: (y, { horizon }) => new Float64Array(horizon).fill(mean(y)),
};
