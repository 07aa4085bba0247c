import {
  type Forecast,
  type ForecastOptions,
  finishIntervals,
  fitSeries,
  type PathTask,
  planForecast,
  type Series,
  samplePaths,
} from "../forecast/index.js";
import { backtestDesign } from "./backtest-design.js";
import { type BacktestOrigin, backtestOrigins, DECILES, fallbackQueues, scoreOrigin } from "./plan-backtest.js";
import type { PlanBacktest, PlanForecasts } from "./types.js";

/** Seasons of hourly demand: a day and a week. */
export const DEMAND_SEASONS: readonly number[] = Object.freeze([24, 168]);
export const SEASONAL_NAIVE = "seasonal_naive";

/** What a plan has forecast. */
export interface ForecastSetting {
  /** Hours ahead. */
  horizon: number;
  levels: readonly number[];
  seed: number;
  paths: number;
  models: readonly string[] | "auto";
}

/** One piece of the work, structured-clone-able, so that it may run in a worker. */
export type ForecastWork =
  | { kind: "intervals"; panel: readonly Series[]; options: ForecastOptions }
  | { kind: "paths"; task: PathTask };

/** Forecasts without paths, each with what its paths can be drawn from. */
export type Intervals = { forecast: Forecast; pathTask: PathTask | null }[];
export type ForecastWorkResult = Intervals | Float64Array;

/** Does one piece of the work. */
export function doForecastWork(work: ForecastWork): ForecastWorkResult {
  if (work.kind === "paths") return samplePaths(work.task);
  const job = planForecast(work.panel, work.options);
  return finishIntervals(
    job,
    job.tasks.map((task) => fitSeries(task, job.panelFits)),
  );
}

/**
 * Everything that a plan needs to have forecast, as batches of independent pieces: first the forecasts by the chosen
 * models and by seasonal naive, and both at each origin of the backtest; then the paths of whichever the backtest
 * prefers for a queue. Paths stay joint, since both kinds draw the same futures. Send the results of a batch back in
 * its order.
 *
 * @param panel hourly demand of each queue, all ending with the same hour
 */
export function* forecastWork(
  panel: readonly Series[],
  setting: ForecastSetting,
): Generator<ForecastWork[], PlanForecasts, readonly ForecastWorkResult[]> {
  const { horizon, levels, seed, paths, models } = setting;
  const common = { season: [...DEMAND_SEASONS], levels: [...levels], seed, nonNegative: true };
  const naive = [SEASONAL_NAIVE];
  const whole = (names: readonly string[] | "auto"): ForecastWork => ({
    kind: "intervals",
    panel,
    options: { ...common, horizon, paths, models: names },
  });
  const design = backtestDesign(Math.max(...panel.map(({ y }) => y.length)), horizon);
  const origins = design ? backtestOrigins(panel, design) : [];
  const scored = (origin: BacktestOrigin, names: readonly string[] | "auto"): ForecastWork => ({
    kind: "intervals",
    panel: origin.training,
    options: { ...common, horizon: origin.horizon, levels: [80, 95], quantiles: DECILES, models: names },
  });
  const answers = (yield [
    whole(models),
    ...origins.map((origin) => scored(origin, models)),
    ...origins.map((origin) => scored(origin, naive)),
    whole(naive),
  ]) as readonly Intervals[];
  const scores = (first: number) =>
    origins.flatMap((origin, k) =>
      scoreOrigin(
        origin,
        answers[first + k].map(({ forecast }) => forecast),
      ),
    );
  const backtest: PlanBacktest | null = design && {
    horizonHours: design.horizon,
    stepHours: design.step,
    origins: design.origins,
    note: design.note,
    chosen: scores(1),
    seasonalNaive: scores(1 + origins.length),
  };
  const ids = panel.map(({ id }) => id);
  const fallbacks = new Set(fallbackQueues(backtest, ids));
  const used = ids.map((id, i) => (fallbacks.has(id) ? answers[answers.length - 1] : answers[0])[i]);
  const drawn = (yield used.map(({ pathTask }) => ({ kind: "paths", task: pathTask as PathTask }))) as Float64Array[];
  return {
    forecasts: used.map(({ forecast }, i) => ({ ...forecast, paths: { n: paths, data: drawn[i] } })),
    fallbacks: [...fallbacks],
    backtest,
  };
}

/** {@link forecastWork} done piece by piece in this thread. */
export function planForecasts(
  panel: readonly Series[],
  setting: ForecastSetting,
  options: Pick<ForecastOptions, "signal" | "onProgress"> = {},
): PlanForecasts {
  const steps = forecastWork(panel, setting);
  let step = steps.next();
  while (!step.done) {
    const batch = step.value;
    const results = batch.map((work, i) => {
      options.signal?.throwIfAborted();
      options.onProgress?.(i, batch.length, "forecasting");
      return doForecastWork(work);
    });
    step = steps.next(results);
  }
  return step.value;
}
