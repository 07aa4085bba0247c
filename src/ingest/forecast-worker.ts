import { fitSeries, samplePaths } from "../forecast/index.js";
import type { ForecastWork, ForecastWorkResult } from "./forecast-parallel.js";
import { serveTasks } from "./serve-tasks.js";

serveTasks<ForecastWork, ForecastWorkResult>(
  (work) => (work.kind === "fit" ? work.tasks.map((task) => fitSeries(task, work.panelFits)) : samplePaths(work.task)),
  (result) => (result instanceof Float64Array ? [result.buffer as ArrayBuffer] : []),
);
