import type { Series } from "../core/series.js";
import { coverage, mase, msis, rmsse, smape, wql } from "./metrics.js";
import { isShort } from "./season-kind.js";
import type { Forecast } from "./types.js";

/** Scores of one model on one series from one origin; NaN where a score is not defined (e.g. a constant history). */
export interface BacktestRow {
  id: string;
  /** Time (epoch ms) or step of the last value that the model saw. */
  origin: number;
  model: string;
  smape: number;
  mase: number;
  rmsse: number;
  wql: number;
  msis_95: number;
  coverage_80: number;
  coverage_95: number;
  /** Time of the panel's forecast ÷ number of series; NaN without a clock. */
  seconds: number;
}

/** Quantiles that a backtest asks of every model. */
export const DECILES: readonly number[] = Object.freeze([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);

/** Season of the naive forecast that scales errors: the shortest one if it is below 26 steps, else 1, as in M4. */
export function scaleSeason(seasons: readonly number[], length: number): number {
  const shortest = seasons.filter((s) => s > 1).reduce((least, s) => Math.min(least, s), Number.POSITIVE_INFINITY);
  return isShort(shortest) && length > shortest ? shortest : 1;
}

/** Scores one forecast against what came. */
export function scoreRow(
  training: Series,
  actual: Float64Array,
  f: Forecast,
  { model, seconds, season }: { model: string; seconds: number; season: number },
): BacktestRow {
  const history = training.y;
  return {
    id: f.id,
    origin: originOf(training),
    model,
    smape: smape(actual, f.mean),
    mase: mase(actual, f.mean, history, season),
    rmsse: rmsse(actual, f.mean, history, season),
    wql: wql(actual, new Map(DECILES.map((q) => [q, f.quantiles[q]]))),
    msis_95: msis(actual, f.lo[95], f.hi[95], history, season),
    coverage_80: coverage(actual, f.lo[80], f.hi[80]),
    coverage_95: coverage(actual, f.lo[95], f.hi[95]),
    seconds,
  };
}

/** Time or step of the last value of a training part. */
export function originOf({ y, t }: Series): number {
  return t ? t[t.length - 1] : y.length;
}
