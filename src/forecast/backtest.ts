import { InputError } from "../core/errors.js";
import type { Series } from "../core/series.js";
import { forecast } from "./forecast.js";
import { naiveScale } from "./metrics.js";
import { ModelTally, type PooledScores, type QuantileShare, type StepScores } from "./model-tally.js";
import { type BacktestRow, DECILES, originOf, scaleSeason, scoreRow } from "./score-row.js";
import type { Forecast, ForecastOptions } from "./types.js";
import { WorstForecasts } from "./worst-forecasts.js";

export type { BacktestRow, PooledScores, QuantileShare, StepScores };

export interface CrossValidateOptions extends ForecastOptions {
  /** Number of rolling origins, ≥ 1; the last one leaves exactly the horizon. */
  origins: number;
  /** Steps between origins; default the horizon. */
  step?: number;
  /** Seconds on some clock, for the `seconds` column; pure code has none of its own. */
  clock?: () => number;
}

export interface BacktestOptions extends CrossValidateOptions {
  /** How a panel is forecast; default {@link forecast} in this thread. */
  forecaster?: (panel: readonly Series[], options: ForecastOptions) => Forecast[] | Promise<Forecast[]>;
}

/** One origin of a backtest. */
export interface BacktestOrigin {
  /** Steps from the origin to the end of each series. */
  steps_before_end: number;
  /** Time or step of the last value seen; null when the series end at different times. */
  time: number | null;
  /** Series that were scored. */
  series: number;
}

/** One model over all series and origins, beside its rows. */
export interface ModelBacktest {
  model: string;
  steps: StepScores;
  /** Of the coverage of a step; see {@link ModelTally.designEffect}. */
  design_effect: Record<80 | 95, number>;
  reliability: QuantileShare[];
  pooled: PooledScores;
  /** Its worst forecasts from the last origin. */
  worst: WorstForecasts;
  /** Warnings from the last origin with `…` for their numbers, and how many series have each. */
  notes: ReadonlyMap<string, number>;
}

/** What a backtest finds. */
export interface Backtest {
  /** By origin, then model, then series in the panel's order. */
  rows: BacktestRow[];
  horizon: number;
  step: number;
  /** Earliest first; an origin without a series is left out. */
  origins: BacktestOrigin[];
  /** In the order asked. */
  models: ModelBacktest[];
  /** Origins at which each series of the panel was scored. */
  scored: Uint16Array;
  /** Observed values before an origin that a series needs to be scored there. */
  least_history: number;
}

/** A series shorter than this at an origin is not scored there. */
const LEAST_HISTORY = 3;
/** Worst forecasts kept for each model. */
const KEPT = 6;

/**
 * Rolling-origin evaluation: each model forecasts the whole panel from every origin, seeing nothing beyond it.
 *
 * `models` names the contenders ("auto" is one of them; default only auto). MASE, RMSSE and MSIS are scaled by the
 * shortest season if it is below 26 steps, else by the plain naive forecast, as M4 does. Sums are kept, not forecasts:
 * memory grows with the rows, and with a few counters for each series and step.
 */
export async function backtest(panel: readonly Series[], options: BacktestOptions): Promise<Backtest> {
  const { forecaster = forecast, ...rest } = options;
  const steps = backtestSteps(panel, rest);
  let next = steps.next();
  while (!next.done) next = steps.next(await forecaster(next.value.training, next.value.options));
  return next.value;
}

/**
 * The scores of {@link backtest} alone, forecast in this thread.
 *
 * @returns rows by origin, then model, then series in the panel's order
 */
export function crossValidate(panel: readonly Series[], options: CrossValidateOptions): BacktestRow[] {
  const steps = backtestSteps(panel, options);
  let next = steps.next();
  while (!next.done) next = steps.next(forecast(next.value.training, next.value.options));
  return next.value.rows;
}

/** The backtest up to each forecast that it needs, which is made by whoever runs it. */
function* backtestSteps(
  panel: readonly Series[],
  options: CrossValidateOptions,
): Generator<{ training: Series[]; options: ForecastOptions }, Backtest, Forecast[]> {
  const { origins, step = options.horizon, clock, models = "auto", ...rest } = options;
  requireCount(options.horizon, "horizon");
  requireCount(origins, "origins");
  requireCount(step, "step");
  const { horizon, season: seasons = [] } = options;
  const names = models === "auto" ? ["auto"] : [...new Set(models)];
  const entries = names.map((model) => ({
    model,
    tally: new ModelTally(panel.length, horizon),
    worst: new WorstForecasts(KEPT),
    notes: new Map<string, number>(),
  }));
  const rows: BacktestRow[] = [];
  const scored = new Uint16Array(panel.length);
  const found: BacktestOrigin[] = [];
  for (let k = 0; k < origins; k++) {
    const back = horizon + (origins - 1 - k) * step;
    const positions = panel.flatMap((s, i) => (hasHistory(s, s.y.length - back) ? [i] : []));
    if (positions.length === 0) continue;
    const training = positions.map((i) => truncate(panel[i], panel[i].y.length - back));
    for (const i of positions) scored[i]++;
    found.push({ steps_before_end: back, time: commonOrigin(training), series: positions.length });
    for (const [m, { model, tally, worst, notes }] of entries.entries()) {
      options.onProgress?.(k * names.length + m, origins * names.length, "backtesting");
      const before = clock?.() ?? Number.NaN;
      const forecasts = yield {
        training,
        options: {
          ...rest,
          models: model === "auto" ? "auto" : [model],
          levels: [80, 95],
          quantiles: [...DECILES],
          paths: 0,
          onProgress: undefined,
        },
      };
      const seconds = ((clock?.() ?? Number.NaN) - before) / positions.length;
      for (const [i, f] of forecasts.entries()) {
        const { y } = panel[positions[i]];
        const actual = y.subarray(y.length - back, y.length - back + horizon);
        const season = scaleSeason(seasons, training[i].y.length);
        const row = scoreRow(training[i], actual, f, { model, seconds, season });
        rows.push(row);
        tally.add(positions[i], actual, f, naiveScale(training[i].y, season));
        if (k < origins - 1) continue;
        const absoluteError = sumOfErrors(actual, f.mean);
        worst.offer({ training: training[i], actual, forecast: f, mase: row.mase, absoluteError });
        for (const note of f.warnings) count(notes, note.replace(/\d[\d, ]*\d|\d/g, "…"));
      }
    }
  }
  return {
    rows,
    horizon,
    step,
    origins: found,
    models: entries.map(({ tally, ...entry }) => ({
      ...entry,
      steps: tally.steps(),
      design_effect: { 80: tally.designEffect(80), 95: tally.designEffect(95) },
      reliability: tally.reliability(),
      pooled: tally.pooled(),
    })),
    scored,
    least_history: LEAST_HISTORY,
  };
}

function requireCount(value: number, option: string): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new InputError(`${option} must be a whole number of at least 1, got ${value}`, { option });
}

function hasHistory({ y }: Series, length: number): boolean {
  let observed = 0;
  for (let t = 0; t < length && observed < LEAST_HISTORY; t++) if (!Number.isNaN(y[t])) observed++;
  return observed >= LEAST_HISTORY;
}

function truncate(series: Series, length: number): Series {
  const { y, t } = series;
  return { ...series, y: y.subarray(0, length), ...(t ? { t: t.subarray(0, length) } : {}) };
}

function commonOrigin(training: readonly Series[]): number | null {
  const first = originOf(training[0]);
  return training.every((series) => originOf(series) === first) ? first : null;
}

function sumOfErrors(actual: Float64Array, point: Float64Array): number {
  return actual.reduce((sum, y, h) => (Number.isNaN(y) ? sum : sum + Math.abs(y - point[h])), 0);
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
