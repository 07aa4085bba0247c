import {
  type Forecast,
  type ForecastOptions,
  type Frequency,
  farthestStep,
  type LaidOutSeries,
  layOut,
  type PathTask,
  pickForecast,
  pickSteps,
  samplePaths,
} from "../forecast/index.js";
import { intervalsParallel } from "./forecast-parallel.js";
import type { NeuralNets } from "./neural/neural-forecaster.js";
import type { TimedSeries } from "./types.js";

/** How the series of a table are forecast. */
export interface BatchSetting {
  /** Step of the series. */
  grid: Frequency;
  /** IANA zone whose wall clock the days follow; default UTC. */
  zone?: string;
  options: Omit<ForecastOptions, "signal" | "onProgress" | "forecasters">;
  /** Networks that may join. */
  neural?: NeuralNets;
}

/** Forecast of one series of a table, with the times of its steps. */
export interface SeriesForecast {
  forecast: Forecast;
  /** Times of the steps: epoch ms, or integer steps. */
  times: Float64Array;
  /** What {@link drawPaths} draws from; null when no paths were asked for, or the forecast carries them. */
  pathTask: PathTask | null;
  /** Steps of `pathTask` that are the steps asked for, from 1. */
  steps: Int32Array;
}

type Run = Pick<ForecastOptions, "signal" | "onProgress"> & { threads: number };

/**
 * Forecasts a batch of whole series as a panel of its own.
 *
 * @throws InputError as `forecast` and `layOut` do
 */
export async function forecastBatch(
  series: readonly TimedSeries[],
  { grid, zone, options, neural }: BatchSetting,
  run: Run,
): Promise<SeriesForecast[]> {
  const laidOut = series.map((one) => layOut(one, grid, options.horizon, zone));
  return forecastLaidOut(laidOut, { ...options, neural }, run);
}

/** {@link forecastBatch} for series that lie on their grids already. */
export async function forecastLaidOut(
  laidOut: readonly LaidOutSeries[],
  options: BatchSetting["options"] & Pick<BatchSetting, "neural">,
  run: Run,
): Promise<SeriesForecast[]> {
  const panel = laidOut.map((one) => one.series);
  const finished = await intervalsParallel(panel, { ...options, horizon: farthestStep(laidOut), ...run });
  return askedSteps(laidOut, finished);
}

/** Forecasts of the grid's steps as those of the steps asked for. */
export function askedSteps(
  laidOut: readonly LaidOutSeries[],
  finished: readonly { forecast: Forecast; pathTask: PathTask | null }[],
): SeriesForecast[] {
  return finished.map(({ forecast, pathTask }, i) => {
    const { times, steps } = laidOut[i];
    return { forecast: pickForecast(forecast, steps), times, pathTask, steps };
  });
}

/**
 * Joint sample paths of a series, path-major: `data[path * horizon + h]`. Path k is the same future for all series
 * with the same seed, also of other batches.
 */
export function drawPaths({ forecast, pathTask, steps }: SeriesForecast): Float64Array | null {
  if (forecast.paths) return forecast.paths.data;
  return pathTask && pickSteps(samplePaths(pathTask), pathTask.grid[0].length, steps);
}
