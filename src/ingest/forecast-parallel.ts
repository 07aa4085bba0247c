import {
  type ComponentFit,
  type Forecast,
  type ForecastOptions,
  finishIntervals,
  forecast,
  type PanelFits,
  type PathTask,
  planForecast,
  type Series,
  type SeriesTask,
} from "../forecast/index.js";
import { runWorkers } from "./run-workers.js";

/** What a forecast worker is asked to do. */
export type ForecastWork =
  | { kind: "fit"; tasks: SeriesTask[]; panelFits: PanelFits }
  | { kind: "paths"; task: PathTask };

export type ForecastWorkResult = ComponentFit[][] | Float64Array;

/** Series handed to a worker at a time: few enough to balance, many enough to pay for the message. */
const SERIES_PER_TASK = 8;

/**
 * {@link forecast} in worker threads. The numbers are the same for any number of threads, bit for bit: fits and paths
 * of a series depend on that series alone, and what is pooled is pooled here.
 */
export async function forecastParallel(
  panel: readonly Series[],
  options: ForecastOptions & { threads: number },
): Promise<Forecast[]> {
  const { threads, ...rest } = options;
  if (threads <= 1) return forecast(panel, rest);
  const { signal, onProgress } = options;
  const workerUrl = new URL("./forecast-worker.js", import.meta.url);
  const run = <R extends ForecastWorkResult>(work: ForecastWork[], label: string): Promise<R[]> =>
    runWorkers<ForecastWork, R>(workerUrl, work, { threads, signal, onProgress, label });

  const job = planForecast(panel, rest);
  const size = Math.max(1, Math.min(SERIES_PER_TASK, Math.ceil(job.tasks.length / threads)));
  const chunks: ForecastWork[] = [];
  for (let from = 0; from < job.tasks.length; from += size) {
    chunks.push({ kind: "fit", tasks: job.tasks.slice(from, from + size), panelFits: job.panelFits });
  }
  const fits = (await run<ComponentFit[][]>(chunks, "forecasting")).flat();
  const finished = finishIntervals(job, fits);
  const wanted = finished.flatMap(({ pathTask }) => (pathTask ? [{ kind: "paths" as const, task: pathTask }] : []));
  if (wanted.length === 0) return finished.map((f) => f.forecast);
  const paths = await run<Float64Array>(wanted, "sampling paths");
  return finished.map((f, i) => ({ ...f.forecast, paths: { n: job.options.paths, data: paths[i] } }));
}
