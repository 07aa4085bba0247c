import { quantileSorted } from "../core/statistics.js";
import type { CalibrationTask } from "./calibration-task.js";
import type { QuantileForecast } from "./model.js";
import { backtestErrors } from "./score-pool.js";

/** Steps beside a step whose errors count as its own, as a share of the horizon. */
const NEIGHBOURS = 1 / 12;
/** Places tried for the lower end of the shortest interval. */
const PLACES = 20;

/**
 * Ensemble batch prediction intervals (Xu & Xie 2021): each series alone, from the errors of ensembles that do not know
 * what they forecast, with the shortest interval that holds the wanted share of them.
 *
 * The ensemble is the pool of models instead of bootstrap copies of one, and what is left out of it is an origin: its
 * backtest forecasts are made by fits and weights that end before it. No exchangeability between series is assumed, so
 * a series without origins cannot have such intervals and keeps its point forecast.
 */
export function enbpiGrids({ items, horizon, probabilities }: CalibrationTask): QuantileForecast[] {
  return items.map((item) => {
    const errors = backtestErrors(item);
    const grid = probabilities.map(() => new Float64Array(horizon));
    for (let h = 0; h < horizon; h++) {
      const own = errorsAround(errors, h);
      probabilities.forEach((p, at) => {
        const [low, high] = own.length ? shortest(own, Math.abs(2 * p - 1)) : [0, 0];
        grid[at][h] = item.fit.point[h] + (p < 0.5 ? low : p > 0.5 ? high : 0);
      });
    }
    return grid;
  });
}

/** Sorted errors at a step and beside it; beyond the backtest's horizon those of its end. */
function errorsAround(errors: readonly Float64Array[], step: number): Float64Array {
  const known = errors[0]?.length ?? 0;
  const width = Math.max(1, Math.round(known * NEIGHBOURS));
  const h = Math.min(step, known - 1);
  const near = errors.flatMap((row) => [...row.subarray(Math.max(0, h - width), h + width + 1)]);
  return Float64Array.from(near.filter((e) => !Number.isNaN(e))).sort();
}

/** Ends of the shortest interval between quantiles β and β + coverage. */
function shortest(sorted: Float64Array, coverage: number): [number, number] {
  let best: [number, number] = [0, 0];
  let length = Number.POSITIVE_INFINITY;
  for (let i = 0; i <= PLACES; i++) {
    const beta = ((1 - coverage) * i) / PLACES;
    const ends: [number, number] = [quantileSorted(sorted, beta), quantileSorted(sorted, Math.min(1, beta + coverage))];
    if (ends[1] - ends[0] < length) {
      best = ends;
      length = ends[1] - ends[0];
    }
  }
  return best;
}
