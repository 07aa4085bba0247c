import { type ComponentFit, fitSeries, samplePaths } from "../forecast/index.js";
import { forecastBatch, type SeriesForecast } from "./forecast-batch.js";
import type { BatchWork } from "./forecast-batches.js";
import type { PanelWork } from "./forecast-parallel.js";
import { serveTasks } from "./serve-tasks.js";

/** One piece of forecasting; one thread, since this is one. */
function work(task: PanelWork | BatchWork): ComponentFit[][] | Float64Array | Promise<SeriesForecast[]> {
  if (task.kind === "fit") return task.tasks.map((one) => fitSeries(one, task.panelFits));
  if (task.kind === "paths") return samplePaths(task.task);
  return forecastBatch(task.series, task.setting, { threads: 1 });
}

serveTasks<PanelWork | BatchWork, ComponentFit[][] | Float64Array | SeriesForecast[]>(work, (result) =>
  result instanceof Float64Array ? [result.buffer as ArrayBuffer] : [],
);
