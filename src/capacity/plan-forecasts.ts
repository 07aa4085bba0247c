import { type Forecast, type ForecastOptions, forecast, type Series } from "../forecast/index.js";
import { backtestDesign } from "./backtest-design.js";
import { type BacktestOrigin, backtestOrigins, DECILES, fallbackQueues, scoreOrigin } from "./plan-backtest.js";
import type { PlanBacktest, PlanForecasts } from "./types.js";

/** Seasons of hourly demand: a day and a week. */
export const DEMAND_SEASONS: readonly number[] = Object.freeze([24, 168]);
export const SEASONAL_NAIVE = "seasonal_naive";

/** One call of `forecast` that a plan needs; structured-clone-able, so that it may run in a worker. */
export interface ForecastRequest {
  panel: readonly Series[];
  options: ForecastOptions;
}

/** What a plan has forecast. */
export interface ForecastSetting {
  /** Hours ahead. */
  horizon: number;
  levels: readonly number[];
  seed: number;
  paths: number;
  models: readonly string[] | "auto";
}

/**
 * Everything that a plan needs to have forecast, as batches of independent requests: first the backtest's origins and
 * the forecast itself; then, where the backtest prefers it for some queue, seasonal naive with the same joint futures.
 * Send the forecasts of a batch back in its order.
 *
 * @param panel hourly demand of each queue, all ending with the same hour
 */
export function* forecastRequests(
  panel: readonly Series[],
  setting: ForecastSetting,
): Generator<ForecastRequest[], PlanForecasts, readonly Forecast[][]> {
  const { horizon, levels, seed, paths, models } = setting;
  const common = { season: [...DEMAND_SEASONS], levels: [...levels], seed, nonNegative: true };
  const whole = (names: readonly string[] | "auto"): ForecastRequest => ({
    panel,
    options: { ...common, horizon, paths, models: names },
  });
  const design = backtestDesign(Math.max(...panel.map(({ y }) => y.length)), horizon);
  const origins = design ? backtestOrigins(panel, design) : [];
  const scored = (origin: BacktestOrigin, names: readonly string[] | "auto"): ForecastRequest => ({
    panel: origin.training,
    options: { ...common, horizon: origin.horizon, levels: [80, 95], quantiles: DECILES, models: names },
  });
  const answers = yield [
    whole(models),
    ...origins.map((origin) => scored(origin, models)),
    ...origins.map((origin) => scored(origin, [SEASONAL_NAIVE])),
  ];
  const forecasts = answers[0];
  const scores = (first: number) => origins.flatMap((origin, k) => scoreOrigin(origin, answers[first + k]));
  const backtest: PlanBacktest | null = design && {
    horizonHours: design.horizon,
    stepHours: design.step,
    origins: design.origins,
    note: design.note,
    chosen: scores(1),
    seasonalNaive: scores(1 + origins.length),
  };
  const ids = panel.map(({ id }) => id);
  if (fallbackQueues(backtest, ids).length === 0) return { forecasts, backtest };
  const [seasonalNaive] = yield [whole([SEASONAL_NAIVE])];
  return { forecasts, seasonalNaive, backtest };
}

/** {@link forecastRequests} answered one after the other in this thread. */
export function planForecasts(
  panel: readonly Series[],
  setting: ForecastSetting,
  options: Pick<ForecastOptions, "signal" | "onProgress"> = {},
): PlanForecasts {
  const steps = forecastRequests(panel, setting);
  let step = steps.next();
  while (!step.done) {
    const batch = step.value;
    const answers = batch.map((request, i) => {
      options.onProgress?.(i, batch.length, "forecasting");
      return forecast(request.panel, { ...request.options, signal: options.signal });
    });
    step = steps.next(answers);
  }
  return step.value;
}
