import type { InputFile } from "../core/demand.js";
import { InputError } from "../core/errors.js";
import type { Series } from "../core/series.js";
import { isoUtc } from "../core/time.js";
import { VERSION } from "../core/version.js";
import type { Backtest, ModelBacktest } from "./backtest.js";
import { backtestQuality, lossesTo, seriesMase, worstSeries } from "./backtest-findings.js";
import type { BacktestModel, ForecastBacktest } from "./backtest-schema.js";
import type { Frequency } from "./frequency.js";
import { type LeaderboardRow, leaderboard, samplingUnits } from "./leaderboard.js";
import { scaleSeason } from "./score-row.js";
import { shownSeries } from "./shown-series.js";

/** What {@link forecastBacktestResult} is told beside the backtest. */
export interface BacktestResultOptions {
  /** Season lengths, as they were given to `backtest`. */
  season: readonly number[];
  /** As it was given to `backtest`. */
  maxGap: number;
  frequency: Frequency;
  /** What is forecast, e.g. the name of the column. */
  value: string;
  seed: number;
  /** Epoch ms that date the result; see {@link lastObservation}. */
  asOf: number;
  inputs?: readonly InputFile[];
  /** Whatever decided the result, for `createdFrom`. */
  options?: ForecastBacktest["createdFrom"]["options"];
  /** What the neural model was, and whether it joined. */
  neural?: ForecastBacktest["neural"];
  warnings?: readonly string[];
}

/** Seasonal naive is what a planner would do without a model. */
const BASELINE = "seasonal_naive";

/**
 * The backtest as a document: leaderboard, scores by step, reliability of the quantiles, the worst forecasts with what
 * explains them, and where the best model loses to seasonal naive.
 *
 * Run times are left out, so that the same input gives the same bytes; they are in the rows and the leaderboard.
 *
 * @param panel what was given to {@link backtest}
 * @throws InputError for a backtest that scored nothing
 */
export function forecastBacktestResult(
  panel: readonly Series[],
  result: Backtest,
  options: BacktestResultOptions,
): ForecastBacktest {
  const { season, frequency, seed } = options;
  const { rows, horizon, step } = result;
  if (rows.length === 0) throw new InputError("the backtest scored no series: give more history or fewer origins");
  const overlap = Math.ceil(horizon / step) - 1;
  const board = leaderboard(rows, { seed, overlap, baseline: BASELINE });
  const best = modelOf(result, board[0].model);
  const baseline = board.some(({ model }) => model === BASELINE) ? BASELINE : null;
  const when = (origin: number) => (frequency === "int" ? origin : isoUtc(origin));
  const setting = {
    season,
    maxGap: options.maxGap,
    horizon,
    when,
    totalAbsoluteError: best.worst.totalAbsoluteError,
  };
  return {
    schema: "fleetlens.forecast-backtest/1",
    version: VERSION,
    createdFrom: { inputs: [...(options.inputs ?? [])], options: options.options ?? {}, seed },
    as_of: isoUtc(options.asOf),
    value: options.value,
    frequency,
    horizon,
    step,
    season: [...season],
    scale_season: scaleSeason(season, Number.POSITIVE_INFINITY),
    baseline,
    sampling: samplingUnits(rows),
    origins: result.origins.map(({ time, ...origin }) => ({ ...origin, time: time === null ? null : when(time) })),
    models: board.map((row) => modelEntry(row, modelOf(result, row.model), seriesMase(rows, row.model))),
    shown: best.worst.kept.map((kept) => shownSeries(kept, setting)),
    losses: baseline === null || baseline === best.model ? null : lossesTo(rows, best.model, baseline),
    series: worstSeries(rows, best.model, baseline),
    quality: backtestQuality(panel, result),
    ...(options.neural ? { neural: options.neural } : {}),
    warnings: [...(options.warnings ?? [])],
  };
}

/**
 * Epoch ms of the last time stamp of any series: the date of a backtest.
 *
 * @throws InputError for integer steps, which have no date
 */
export function lastObservation(panel: readonly Series[], frequency: Frequency): number {
  const last = panel.reduce((most, { t }) => (t ? Math.max(most, t[t.length - 1]) : most), Number.NEGATIVE_INFINITY);
  if (frequency !== "int" && Number.isFinite(last)) return last;
  throw new InputError("the steps are numbers without dates: say which date the result bears (--as-of 2026-10-01)", {
    option: "as-of",
  });
}

function modelOf({ models }: Backtest, name: string): ModelBacktest {
  const found = models.find(({ model }) => model === name);
  if (!found) throw new InputError(`the backtest has no model "${name}"`, { model: name });
  return found;
}

const orNull = (v: number | null): number | null => (v !== null && Number.isFinite(v) ? v : null);
const orNulls = (x: Float64Array): (number | null)[] => Array.from(x, orNull);

function modelEntry(row: LeaderboardRow, found: ModelBacktest, series_mase: number[]): BacktestModel {
  const { rank, model, seconds: _, ...scores } = row;
  const { steps, design_effect, reliability, pooled } = found;
  return {
    rank,
    model,
    ...mapValues(scores, orNull),
    pooled_wape: orNull(pooled.wape),
    pooled_wql: orNull(pooled.wql),
    steps: {
      n: Array.from(steps.n),
      mase: orNulls(steps.mase),
      coverage_80: orNulls(steps.coverage[80]),
      coverage_95: orNulls(steps.coverage[95]),
      width_80: orNulls(steps.width[80]),
      width_95: orNulls(steps.width[95]),
    },
    design_effect_80: design_effect[80],
    design_effect_95: design_effect[95],
    reliability: reliability.map((quantile) => ({
      probability: quantile.probability,
      below: orNull(quantile.below),
      at_or_below: orNull(quantile.at_or_below),
      se: orNull(quantile.se),
    })),
    series_mase,
  };
}

function mapValues<K extends string, A, B>(record: Record<K, A>, f: (value: A) => B): Record<K, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value as A)])) as Record<K, B>;
}
