import type { Model } from "../model.js";

/** The last value, for ever. */
export const naive: Model = {
  name: "naive",
  point: (y, { horizon }) => new Float64Array(horizon).fill(y[y.length - 1]),
};
