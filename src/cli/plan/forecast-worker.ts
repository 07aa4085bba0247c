import { doForecastWork, type ForecastWork, type ForecastWorkResult } from "../../capacity/index.js";
import { serveTasks } from "../../ingest/serve-tasks.js";

serveTasks<ForecastWork, ForecastWorkResult>(doForecastWork, (result) =>
  result instanceof Float64Array ? [result.buffer as ArrayBuffer] : [],
);
