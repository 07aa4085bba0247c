import { type ComponentFit, fitSeries, samplePaths } from "../forecast/index.js";
import { forecastBatch, type SeriesForecast } from "./forecast-batch.js";
import type { BatchWork } from "./forecast-batches.js";
import { HANDED_IN, type PanelWork } from "./forecast-parallel.js";
import { serveTasks } from "./serve-tasks.js";
import { type FinishWork, finishBatch } from "./shard/forecast-shard.js";

/** One piece of forecasting; one thread, since this is one. */
function work(
  task: PanelWork | BatchWork | FinishWork,
): ComponentFit[][] | Float64Array | SeriesForecast[] | Promise<SeriesForecast[]> {
  if (task.kind === "fit") return task.tasks.map((one) => fitSeries(one, task.panelFits, HANDED_IN));
  if (task.kind === "paths") return samplePaths(task.task);
  if (task.kind === "finish") return finishBatch(task);
  return forecastBatch(task.series, task.setting, { threads: 1 });
}

serveTasks<PanelWork | BatchWork | FinishWork, ComponentFit[][] | Float64Array | SeriesForecast[]>(work, (result) =>
  result instanceof Float64Array ? [result.buffer as ArrayBuffer] : [],
);
