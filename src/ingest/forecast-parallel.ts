import { setImmediate } from "node:timers/promises";
import {
  alignPaths,
  type ComponentFit,
  type Forecast,
  type ForecastOptions,
  finishIntervals,
  fitSeries,
  type Model,
  type PanelFits,
  type PathTask,
  type PlannedSeries,
  planForecast,
  type Series,
  type SeriesTask,
  samplePaths,
} from "../forecast/index.js";
import { type NeuralNets, neuralForecasters, neuralModel } from "./neural/neural-forecaster.js";
import { runWorkers } from "./run-workers.js";
import { shareArrays } from "./share-arrays.js";

/** A piece of one panel's forecast that a worker may do. */
export type PanelWork = { kind: "fit"; tasks: SeriesTask[]; panelFits: PanelFits } | { kind: "paths"; task: PathTask };

export const FORECAST_WORKER: URL = new URL("./forecast-worker.js", import.meta.url);

/** Series handed to a worker at a time: few enough to balance, many enough to pay for the message. */
const SERIES_PER_TASK = 8;

/** Models that this thread and all workers know beside the built-in ones; what they have learnt goes with the tasks. */
export const HANDED_IN: readonly Model[] = [neuralModel];

/** Options of {@link forecastParallel}: functions cannot go to workers, so networks are named instead of forecasters. */
export type ParallelOptions = Omit<ForecastOptions, "forecasters"> & { threads: number; neural?: NeuralNets };

type FitRun = Pick<ForecastOptions, "signal" | "onProgress"> & { threads: number };

/**
 * `forecast` in worker threads. The numbers are the same for any number of threads, bit for bit: fits and paths of a
 * series depend on that series alone, and what is pooled is pooled here.
 */
export async function forecastParallel(panel: readonly Series[], options: ParallelOptions): Promise<Forecast[]> {
  const finished = await intervalsParallel(panel, options);
  const tasks = finished.flatMap(({ pathTask }) => pathTask ?? []);
  const paths = await pathsParallel(tasks, options);
  return finished.map(({ forecast }, i) => {
    const data = paths[i];
    return data ? { ...forecast, paths: { n: tasks[i].n, data } } : forecast;
  });
}

/** {@link forecastParallel} without the paths: what each series' paths are drawn from is handed back instead. */
export async function intervalsParallel(
  panel: readonly Series[],
  options: ParallelOptions,
): Promise<{ forecast: Forecast; pathTask: PathTask | null }[]> {
  const { threads, signal, onProgress, neural, ...rest } = options;
  const job = planForecast(panel, { ...rest, forecasters: neuralForecasters(neural) });
  const fits = await fitParallel(job.tasks, job.panelFits, { threads, signal, onProgress });
  return alignedIntervals(job, fits);
}

/** Fits of series, in the order of their tasks: work of one series depends on no other. */
export async function fitParallel(
  tasks: readonly SeriesTask[],
  panelFits: PanelFits,
  options: FitRun,
): Promise<ComponentFit[][]> {
  const { threads, signal, onProgress } = options;
  // The fits of the panel go to every worker with every chunk: they lie in shared memory instead of being copied.
  const { all, shared } =
    threads > 1 ? shareArrays({ all: tasks, shared: panelFits }) : { all: tasks, shared: panelFits };
  const size = Math.max(1, Math.min(SERIES_PER_TASK, Math.ceil(all.length / threads)));
  const chunks: SeriesTask[][] = [];
  for (let from = 0; from < all.length; from += size) chunks.push(all.slice(from, from + size));
  const fits =
    threads > 1
      ? await runWorkers<PanelWork, ComponentFit[][]>(
          FORECAST_WORKER,
          chunks.map((some) => ({ kind: "fit", tasks: some, panelFits: shared })),
          { threads, signal, onProgress, label: "forecasting" },
        )
      : await inTurn(chunks, (some) => some.map((task) => fitSeries(task, shared, HANDED_IN)), options, "forecasting");
  signal?.throwIfAborted();
  return fits.flat();
}

/** The last stage of a panel: what is pooled over its series, with the tasks of paths that belong together. */
export function alignedIntervals(
  job: PlannedSeries,
  fits: readonly ComponentFit[][],
): { forecast: Forecast; pathTask: PathTask | null }[] {
  const finished = finishIntervals(job, fits);
  const aligned = alignPaths(finished.flatMap(({ pathTask }) => pathTask ?? []));
  return finished.map(({ forecast }, i) => ({ forecast, pathTask: aligned[i] ?? null }));
}

async function pathsParallel(tasks: readonly PathTask[], options: ParallelOptions): Promise<Float64Array[]> {
  const { threads, signal, onProgress } = options;
  if (threads <= 1) return inTurn(tasks, samplePaths, options, "sampling paths");
  const work = tasks.map((task): PanelWork => ({ kind: "paths", task }));
  return runWorkers<PanelWork, Float64Array>(FORECAST_WORKER, work, {
    threads,
    signal,
    onProgress,
    label: "sampling paths",
  });
}

/** Does tasks one after the other in this thread, which listens for an abort between them. */
async function inTurn<T, R>(
  tasks: readonly T[],
  work: (task: T) => R,
  { signal, onProgress }: Pick<ForecastOptions, "signal" | "onProgress">,
  label: string,
): Promise<R[]> {
  const results: R[] = [];
  for (const task of tasks) {
    await setImmediate();
    signal?.throwIfAborted();
    onProgress?.(results.length, tasks.length, label);
    results.push(work(task));
  }
  return results;
}
