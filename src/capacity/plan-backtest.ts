import { coverage, type Forecast, mase, type Series, wql } from "../forecast/index.js";
import type { BacktestDesign } from "./backtest-design.js";
import type { BacktestScore, PlanBacktest } from "./types.js";

export const DECILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/** Season of the MASE scale, as in M4: a day of hourly data. */
const MASE_SEASON = 24;
/** A queue with fewer observed hours at an origin is not scored there. */
const LEAST_HISTORY = 3;

/** What the models see at one origin, and what came then. */
export interface BacktestOrigin {
  training: Series[];
  actual: Float64Array[];
  horizon: number;
}

/** Cuts the panel at each origin, earliest first; the last one leaves exactly the horizon. */
export function backtestOrigins(panel: readonly Series[], design: BacktestDesign): BacktestOrigin[] {
  const { horizon, origins, step } = design;
  return Array.from({ length: origins }, (_, k) => {
    const back = horizon + (origins - 1 - k) * step;
    const cuts = panel.map(({ id, y }) => ({ id, y, cut: y.length - back }));
    const scored = cuts.filter(
      ({ y, cut }) => cut > 0 && y.subarray(0, cut).filter((v) => !Number.isNaN(v)).length >= LEAST_HISTORY,
    );
    return {
      training: scored.map(({ id, y, cut }) => ({ id, y: y.subarray(0, cut) })),
      actual: scored.map(({ y, cut }) => y.subarray(cut, cut + horizon)),
      horizon,
    };
  }).filter(({ training }) => training.length > 0);
}

/** Scores of every queue at one origin; NaN where a score is not defined. */
export function scoreOrigin({ training, actual }: BacktestOrigin, forecasts: readonly Forecast[]): BacktestScore[] {
  return forecasts.map((f, i) => {
    const history = training[i].y;
    return {
      id: f.id,
      wql: wql(actual[i], new Map(DECILES.map((q) => [q, f.quantiles[q]]))),
      mase: mase(actual[i], f.mean, history, history.length > MASE_SEASON ? MASE_SEASON : 1),
      coverage_80: coverage(actual[i], f.lo[80], f.hi[80]),
      coverage_95: coverage(actual[i], f.lo[95], f.hi[95]),
    };
  });
}

/** Mean of the finite values; NaN for none. */
export function meanOfFinite(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  return finite.reduce((a, b) => a + b, 0) / finite.length;
}

/** Mean weighted quantile loss of a queue over the origins; NaN where it cannot be told. */
export function meanWql(rows: readonly BacktestScore[], queue: string): number {
  return meanOfFinite(rows.filter(({ id }) => id === queue).map(({ wql }) => wql));
}

/** Queues whose chosen model does not beat seasonal naive on its own backtest. */
export function fallbackQueues(backtest: PlanBacktest | null, queues: readonly string[]): string[] {
  if (!backtest) return [];
  return queues.filter((queue) => {
    const own = meanWql(backtest.chosen, queue);
    return own > 0 && own >= meanWql(backtest.seasonalNaive, queue);
  });
}
