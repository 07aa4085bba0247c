import { type ForecastSetting, forecastRequests, type PlanForecasts } from "../../capacity/index.js";
import type { Forecast, Series } from "../../forecast/index.js";
import type { CommandContext } from "../frame.js";

/** The forecasts of a plan in worker threads; the numbers do not depend on how many. */
export async function runForecasts(
  panel: readonly Series[],
  setting: ForecastSetting,
  threads: number,
  { signal, onProgress }: CommandContext,
): Promise<PlanForecasts> {
  const { forecastParallel } = await import("../../ingest/index.js");
  const steps = forecastRequests(panel, setting);
  let step = steps.next();
  while (!step.done) {
    const answers: Forecast[][] = [];
    for (const request of step.value) {
      onProgress(answers.length, step.value.length, "forecasting");
      answers.push(await forecastParallel(request.panel, { ...request.options, threads, signal }));
    }
    step = steps.next(answers);
  }
  return step.value;
}
