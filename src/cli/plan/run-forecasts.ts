import {
  type ForecastSetting,
  type ForecastWork,
  type ForecastWorkResult,
  forecastWork,
  type PlanForecasts,
  planForecasts,
} from "../../capacity/index.js";
import type { Series } from "../../forecast/index.js";
import type { CommandContext } from "../frame.js";

/** The forecasts of a plan in worker threads; the numbers do not depend on how many. */
export async function runForecasts(
  panel: readonly Series[],
  setting: ForecastSetting,
  threads: number,
  context: CommandContext,
): Promise<PlanForecasts> {
  if (threads === 1) return planForecasts(panel, setting, context);
  const { runWorkers } = await import("../../ingest/index.js");
  const worker = new URL("./forecast-worker.js", import.meta.url);
  const options = { ...context, threads, label: "forecasting" };
  const steps = forecastWork(panel, setting);
  let step = steps.next();
  while (!step.done) {
    step = steps.next(await runWorkers<ForecastWork, ForecastWorkResult>(worker, step.value, options));
  }
  return step.value;
}
