import type { ShownSeries } from "./backtest-schema.js";
import { diagnose } from "./diagnose.js";
import { naiveScale } from "./metrics.js";
import { seasonalNaive } from "./models/seasonal-naive.js";
import { prepareSeries } from "./prepare.js";
import { originOf, scaleSeason } from "./score-row.js";
import type { KeptForecast } from "./worst-forecasts.js";

/** Most values of the history that are shown, and how many horizons of it. */
const TAIL = { values: 336, horizons: 2 };

/** What is the same for all series. */
export interface ShownSetting {
  season: readonly number[];
  maxGap: number;
  horizon: number;
  /** Writes an origin the way the result does. */
  when(origin: number): string | number;
  /** Sum of the absolute errors of all series. */
  totalAbsoluteError: number;
}

const orNull = (v: number): number | null => (Number.isFinite(v) ? v : null);
const orNulls = (x: Float64Array): (number | null)[] => Array.from(x, orNull);

/** A bad forecast as the result shows it, with seasonal naive beside it and what can be said of the cause. */
export function shownSeries(kept: KeptForecast, setting: ShownSetting): ShownSeries {
  const { training, actual, forecast, mase, absoluteError } = kept;
  const { season, maxGap, horizon } = setting;
  const scale = naiveScale(training.y, scaleSeason(season, training.y.length));
  const prepared = prepareSeries(training, { season, nonNegative: "auto", maxGap });
  const naive = seasonalNaive.point(prepared.y, { horizon, seasons: prepared.seasons }) ?? forecast.mean;
  const naiveError = absolute(actual, naive);
  const tail = Math.min(TAIL.values, Math.max(TAIL.horizons * horizon, ...season));
  const findings = diagnose({
    history: training.y,
    actual,
    forecast: forecast.mean,
    seasonalNaive: naive,
    seasons: season,
    scale,
  });
  return {
    id: training.id,
    origin: setting.when(originOf(training)),
    mase,
    baseline_mase: orNull(naiveError.mean / scale),
    mae: absoluteError / naiveError.steps,
    error_share: orNull(absoluteError / setting.totalAbsoluteError),
    history: orNulls(training.y.slice(-tail)),
    actual: orNulls(actual),
    forecast: Array.from(forecast.mean),
    lo_80: Array.from(forecast.lo[80]),
    hi_80: Array.from(forecast.hi[80]),
    lo_95: Array.from(forecast.lo[95]),
    hi_95: Array.from(forecast.hi[95]),
    seasonal_naive: Array.from(naive),
    findings,
  };
}

function absolute(actual: Float64Array, point: Float64Array): { mean: number; steps: number } {
  const errors = actual.map((y, h) => Math.abs(y - point[h])).filter((e) => !Number.isNaN(e));
  return { mean: errors.reduce((a, b) => a + b, 0) / errors.length, steps: errors.length };
}
