import { InputError } from "../../core/errors.js";
import { type StlOptions, stl } from "./stl.js";

export interface MstlOptions extends Omit<StlOptions, "seasonal"> {
  /** Seasonal windows, one per period; default 11, 15, 19, … from the shortest period on. */
  windows?: readonly number[];
  /** Degree of the seasonal smoothers: 0 or 1; default 0. */
  seasonalDegree?: 0 | 1;
  /** Rounds over all periods; default 2, and 1 where there is one period. */
  iterations?: number;
}

/** All arrays as long as the series; the seasonals, the trend and the remainder add up to it. */
export interface MstlDecomposition {
  /** As given. */
  periods: readonly number[];
  /** `seasonal[i]` for `periods[i]`. */
  seasonal: Float64Array[];
  trend: Float64Array;
  remainder: Float64Array;
  /** Robustness weights of the last STL; all ones unless robust. */
  weights: Float64Array;
}

/**
 * Decomposition with several seasons: STL for one period after the other, each on the series without the others'
 * seasons (Bandara, Hyndman & Bergmeir 2021), without a Box–Cox step. Windows and degree are those of R's mstl.
 *
 * @param y finite values, at least two of the longest period
 * @param periods at least one, ascending, whole numbers of at least 2
 * @throws InputError as {@link stl}, and where periods do not ascend or windows do not match them
 */
export function mstl(y: Float64Array, periods: readonly number[], options: MstlOptions = {}): MstlDecomposition {
  const { windows = periods.map((_, i) => 11 + 4 * i), seasonalDegree = 0, iterations = 2, ...rest } = options;
  if (periods.length === 0) throw new InputError("periods must name at least one");
  if (periods.some((p, i) => i > 0 && p <= periods[i - 1]))
    throw new InputError(`periods must ascend, got ${periods.join(", ")}`, { periods });
  if (windows.length !== periods.length)
    throw new InputError(`windows must be as many as periods (${periods.length}), got ${windows.length}`);
  if (!Number.isInteger(iterations) || iterations < 1)
    throw new InputError(`iterations must be a whole number of at least 1, got ${iterations}`);
  const n = y.length;
  const seasonal = periods.map((): Float64Array => new Float64Array(n));
  const rounds = periods.length === 1 ? 1 : iterations;
  let trend: Float64Array = new Float64Array(n);
  let weights: Float64Array = new Float64Array(n);
  const adjusted = Float64Array.from(y);
  for (let round = 0; round < rounds; round++) {
    periods.forEach((period, i) => {
      for (let t = 0; t < n; t++) adjusted[t] += seasonal[i][t];
      const fit = stl(adjusted, period, { ...rest, seasonal: { window: windows[i], degree: seasonalDegree } });
      seasonal[i] = fit.seasonal;
      for (let t = 0; t < n; t++) adjusted[t] -= seasonal[i][t];
      trend = fit.trend;
      weights = fit.weights;
    });
  }
  return { periods, seasonal, trend, remainder: adjusted.map((v, t) => v - trend[t]), weights };
}
