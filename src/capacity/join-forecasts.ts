import { InputError } from "../core/errors.js";
import { HOUR_MS } from "../core/time.js";
import type { PathSet } from "../forecast/index.js";
import { meanOfFinite, meanWql } from "./plan-backtest.js";
import { SEASONAL_NAIVE } from "./plan-forecasts.js";
import type { Method } from "./result-usage.js";
import type { BacktestScore, PlanForecasts } from "./types.js";

/** Joint baseline paths, and which model made those of each queue. */
export interface JoinedForecasts {
  paths: PathSet;
  models: Method["models"];
  backtest: Method["backtest"];
}

/** Lines the forecasts up with the queues, and says which model made each and why. */
export function joinForecasts(
  given: PlanForecasts,
  queues: readonly string[],
  span: { start: number; horizon: number; levels: readonly number[] },
): JoinedForecasts {
  const fallbacks = new Set(given.fallbacks ?? []);
  const used = queues.map((queue) => {
    const found = given.forecasts.find(({ id }) => id === queue);
    if (!found?.paths) {
      throw new InputError(
        `no forecast with sample paths for queue "${queue}"; ask for paths in the forecast options`,
        { queue },
      );
    }
    if (found.paths.data.length !== found.paths.n * span.horizon) {
      throw new InputError(
        `forecast of queue "${queue}" has ${found.paths.data.length / found.paths.n} hours, the plan needs ${span.horizon}`,
        { queue },
      );
    }
    return { found, paths: found.paths };
  });
  const n = used[0].paths.n;
  const models = used.map(({ found }, q) => ({
    queue: queues[q],
    model: found.model,
    weights: found.weights,
    fallback: fallbacks.has(queues[q]) && given.backtest ? fallbackReason(given.backtest, queues[q]) : null,
    warnings: found.warnings,
  }));
  return {
    paths: {
      ids: [...queues],
      n,
      horizon: span.horizon,
      start: span.start,
      stepMs: HOUR_MS,
      data: used.map(({ paths }) => paths.data),
    },
    models,
    backtest: given.backtest && {
      horizonHours: given.backtest.horizonHours,
      origins: given.backtest.origins,
      stepHours: given.backtest.stepHours,
      note: given.backtest.note,
      rows: queues.flatMap((queue) => [
        backtestRow(given.backtest?.chosen ?? [], queue, "auto", !fallbacks.has(queue)),
        backtestRow(given.backtest?.seasonalNaive ?? [], queue, SEASONAL_NAIVE, fallbacks.has(queue)),
      ]),
    },
  };
}

function fallbackReason(backtest: NonNullable<PlanForecasts["backtest"]>, queue: string): string {
  const own = meanWql(backtest.chosen, queue).toFixed(3);
  const naive = meanWql(backtest.seasonalNaive, queue).toFixed(3);
  return `weighted quantile loss ${own} on the backtest does not beat seasonal naive's ${naive}`;
}

function backtestRow(rows: readonly BacktestScore[], queue: string, model: string, used: boolean) {
  const own = rows.filter(({ id }) => id === queue);
  const score = (key: "wql" | "mase" | "coverage_80" | "coverage_95") => {
    const value = meanOfFinite(own.map((row) => row[key]));
    return Number.isFinite(value) ? value : null;
  };
  return {
    queue,
    model,
    wql: score("wql"),
    mase: score("mase"),
    coverage80: score("coverage_80"),
    coverage95: score("coverage_95"),
    used,
  };
}
