import type { ForecastOptions } from "../forecast/index.js";
import { type BatchSetting, forecastBatch, type SeriesForecast } from "./forecast-batch.js";
import { FORECAST_WORKER } from "./forecast-parallel.js";
import type { SeriesSource } from "./read-series.js";
import { streamWorkers } from "./run-workers.js";
import type { TimedSeries } from "./types.js";

/** A batch for a worker, which forecasts it wholly. */
export interface BatchWork {
  kind: "batch";
  series: TimedSeries[];
  setting: BatchSetting;
}

/** Numbers that are held for each step ahead of a series while its batch is forecast: models, origins, quantiles. */
const NUMBERS_PER_STEP = 200;
/** A batch holds at least as many numbers as this (32 MB), and about twice as many at most. */
const NUMBERS_PER_BATCH = 4_000_000;
/** Fewer series than these have too few errors to pool. */
const LEAST_SERIES = 128;

/**
 * How a panel is cut into batches of neighbouring series, all about as large. It depends on nothing but the rows of
 * each series and the horizon, so that the forecasts do not depend on threads or partitions. Most panels are one batch.
 *
 * @returns number of series of each batch
 */
export function batchSizes(rows: readonly number[], horizon: number): number[] {
  const numbers = rows.map((n) => n + NUMBERS_PER_STEP * horizon);
  const total = numbers.reduce((a, b) => a + b, 0);
  const batches = Math.min(Math.floor(total / NUMBERS_PER_BATCH), Math.floor(rows.length / LEAST_SERIES));
  const enough = total / Math.max(1, batches);
  const sizes: number[] = [];
  let [size, held] = [0, 0];
  for (const n of numbers) {
    size++;
    held += n;
    if (held < enough || size < LEAST_SERIES) continue;
    sizes.push(size);
    [size, held] = [0, 0];
  }
  if (size === 0) return sizes;
  // A small rest joins the batch before it.
  if (sizes.length > 0 && (held < enough / 2 || size < LEAST_SERIES)) sizes[sizes.length - 1] += size;
  else sizes.push(size);
  return sizes;
}

/** Items in batches of the sizes given. */
export async function* cut<T>(series: AsyncIterable<T>, sizes: readonly number[]): AsyncGenerator<T[]> {
  let batch: T[] = [];
  let at = 0;
  for await (const one of series) {
    batch.push(one);
    if (batch.length < sizes[at]) continue;
    yield batch;
    batch = [];
    at++;
  }
}

/**
 * Forecasts a table of series of any size: each batch (see {@link batchSizes}) as a panel of its own, in memory only
 * for as long as it is worked on. What is pooled over series (interval widths, weights, global models) is pooled over
 * a batch. A panel of one batch has its series spread over the threads instead.
 *
 * @returns the batches in order of the ids, as they are done
 * @throws InputError as `withSeries` and `forecast` do
 */
export async function* forecastBatches(
  source: SeriesSource,
  setting: BatchSetting,
  run: Pick<ForecastOptions, "signal" | "onProgress"> & { threads: number },
): AsyncGenerator<SeriesForecast[]> {
  const { threads, signal, onProgress } = run;
  const sizes = batchSizes(source.sizes, setting.options.horizon);
  const batches = cut(source.series(), sizes);
  if (sizes.length === 1) {
    for await (const series of batches) yield await forecastBatch(series, setting, run);
    return;
  }
  async function* work(): AsyncGenerator<BatchWork> {
    for await (const series of batches) yield { kind: "batch", series, setting };
  }
  let done = 0;
  const options = { threads, signal, ahead: 2 * threads, transfer: buffersOf };
  for await (const batch of streamWorkers<BatchWork, SeriesForecast[]>(FORECAST_WORKER, work(), options)) {
    done += batch.length;
    onProgress?.(done, source.ids.length, "forecasting");
    yield batch;
  }
}

function buffersOf({ series }: BatchWork): ArrayBuffer[] {
  return series.flatMap(({ t, y }) => [t.buffer as ArrayBuffer, y.buffer as ArrayBuffer]);
}
