import { NumericalError } from "../../core/errors.js";
import { mstl } from "../decompose/mstl.js";
import { selectEts } from "../ets/select.js";
import type { Model } from "../model.js";

/**
 * Decomposition forecast (Bandara, Hyndman & Bergmeir 2021; R's `stlf`): every season repeats its last cycle, and what
 * is left without them goes on as the non-seasonal ETS model of least AICc. Without a season that model is all.
 */
function decomposed(name: string, usable: (seasons: readonly number[]) => readonly number[]): Model {
  return {
    name,
    point(y, { horizon, seasons }) {
      // What a decomposition leaves of a constant is rounding noise, which must not be extrapolated.
      if (y.every((v) => v === y[0])) return new Float64Array(horizon).fill(y[0]);
      const periods = usable(seasons.filter((s) => s > 1));
      const seasonal = seasonsOf(y, periods);
      if (seasonal === null) return null;
      const adjusted = y.map((v, t) => seasonal.reduce((rest, s) => rest - s[t], v));
      const out = selectEts(adjusted, 1)?.forecast(horizon);
      if (!out) return null;
      seasonal.forEach((s, i) => {
        const last = s.subarray(y.length - periods[i]);
        for (let h = 0; h < horizon; h++) out[h] += last[h % periods[i]];
      });
      return out;
    },
  };
}

function seasonsOf(y: Float64Array, periods: readonly number[]): Float64Array[] | null {
  if (periods.length === 0) return [];
  try {
    return mstl(y, periods).seasonal;
  } catch (error) {
    if (error instanceof NumericalError) return null;
    throw error;
  }
}

/** One season, the shortest, by {@link mstl} with one period: STL with seasonal window 11 and degree 0. */
export const stlModel = decomposed("stl", (seasons) => seasons.slice(0, 1));

/** All seasons. */
export const mstlModel = decomposed("mstl", (seasons) => seasons);
