import type { Model } from "../model.js";

/** The last value, going on along the line through the first and the last (random walk with drift). */
export const drift: Model = {
  name: "drift",
  point(y, { horizon }) {
    const n = y.length;
    if (n < 2) return null;
    const slope = (y[n - 1] - y[0]) / (n - 1);
    return Float64Array.from({ length: horizon }, (_, h) => y[n - 1] + (h + 1) * slope);
  },
};
