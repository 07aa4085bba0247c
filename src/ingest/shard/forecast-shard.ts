import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import { compareUtf8 } from "../../core/compare-utf8.js";
import {
  type ComponentFit,
  FREQUENCIES,
  farthestStep,
  INTERVAL_METHODS,
  layOut,
  planForecast,
  planSeries,
  type SeriesTask,
} from "../../forecast/index.js";
import { askedSteps, type BatchSetting, type SeriesForecast } from "../forecast-batch.js";
import { batchSizes, cut } from "../forecast-batches.js";
import { alignedIntervals, FORECAST_WORKER, fitParallel } from "../forecast-parallel.js";
import { neuralForecasters, neuralModel } from "../neural/neural-forecaster.js";
import type { SeriesSource } from "../read-series.js";
import { streamWorkers } from "../run-workers.js";
import type { TimedSeries } from "../types.js";
import { mergeOrdered } from "./merge-ordered.js";
import { damaged, type ShardFile } from "./open-shard.js";
import { isInShard, type ShardPlace } from "./shard-place.js";

const Numbers = z.instanceof(Float64Array<ArrayBuffer>);

const Fit = z.strictObject({
  name: z.string(),
  members: z.array(z.string()).min(1),
  points: z.array(Numbers),
  distribution: z.array(Numbers).nullable(),
  backtest: z.array(z.strictObject({ points: z.array(Numbers.nullable()), distribution: z.array(Numbers).nullable() })),
}) satisfies z.ZodType<ComponentFit>;

/** A record of a shard of `forecast`: a series with the fits of its models. */
const SeriesFitsSchema = z.strictObject({
  id: z.string(),
  t: Numbers,
  y: Numbers,
  fits: z.array(Fit).min(1),
}) satisfies z.ZodType<SeriesFits>;
type SeriesFits = TimedSeries & { fits: ComponentFit[] };

/** How the series are forecast, as a shard's file has it. */
export const BatchSettingSchema = z.strictObject({
  grid: z.enum(FREQUENCIES),
  zone: z.string().optional(),
  options: z.strictObject({
    ...{ horizon: z.int().positive(), season: z.array(z.int().positive()), maxGap: z.number() },
    ...{ levels: z.array(z.number()), quantiles: z.array(z.number()), seed: z.int() },
    ...{
      models: z.union([z.literal("auto"), z.array(z.string())]),
      intervals: z.enum(INTERVAL_METHODS),
      paths: z.int(),
    },
  }),
}) satisfies z.ZodType<BatchSetting>;

/**
 * Fits the models of a shard's series. What the models learn from all series of a batch is learnt from all of them here too:
 * every shard reads the whole table.
 *
 * @returns the records of the shard, in the order of the ids
 */
export async function* fitShard(
  source: SeriesSource,
  { grid, zone, options, neural }: BatchSetting,
  place: ShardPlace,
  run: { threads: number; signal?: AbortSignal; onProgress?: (done: number, total: number, label: string) => void },
): AsyncGenerator<SeriesFits> {
  const sizes = batchSizes(source.sizes, options.horizon);
  for await (const batch of cut(source.series(), sizes)) {
    const own = batch.flatMap(({ id }, i) => (isInShard(id, place) ? [i] : []));
    if (own.length === 0) continue;
    const laidOut = batch.map((one) => layOut(one, grid, options.horizon, zone));
    const panel = laidOut.map(({ series }) => series);
    const { tasks, panelFits } = planForecast(panel, {
      ...options,
      horizon: farthestStep(laidOut),
      forecasters: neuralForecasters(neural),
    });
    const fits = await fitParallel(
      own.map((i) => tasks[i]),
      panelFits,
      run,
    );
    for (const [k, i] of own.entries()) yield { ...batch[i], fits: fits[k] };
  }
}

/** A series of a shard. */
interface ShardSeries {
  /** The shard's file, for messages. */
  path: string;
  series: SeriesFits;
}

/** A batch for a worker, whose series have their fits. */
export interface FinishWork {
  kind: "finish";
  batch: ShardSeries[];
  setting: ShardSetting;
}

/** How the series of shards are forecast: the fits are there, so of the networks only whether there were any. */
export interface ShardSetting extends Omit<BatchSetting, "neural"> {
  neural: boolean;
}

/**
 * The forecasts of all series from the fits of all shards, batch by batch, as `forecastBatches` gives them.
 *
 * @param sizes rows of every series of the run
 * @throws InputError naming a shard that does not hold what it should
 */
export async function* finishShards(
  shards: readonly ShardFile[],
  setting: ShardSetting,
  sizes: readonly number[],
  { threads, signal }: { threads: number; signal?: AbortSignal },
): AsyncGenerator<SeriesForecast[]> {
  const works = batchesOf(shards, setting, sizes);
  if (threads > 1) {
    yield* streamWorkers<FinishWork, SeriesForecast[]>(FORECAST_WORKER, works, { threads, signal, ahead: 2 * threads });
    return;
  }
  for await (const work of works) {
    await setImmediate();
    signal?.throwIfAborted();
    yield finishBatch(work);
  }
}

async function* batchesOf(
  shards: readonly ShardFile[],
  setting: ShardSetting,
  sizes: readonly number[],
): AsyncGenerator<FinishWork> {
  const merged = mergeOrdered(shards.map(seriesOf), (a, b) => compareUtf8(a.series.id, b.series.id));
  let done = 0;
  for await (const batch of cut(merged, batchSizes(sizes, setting.options.horizon))) {
    for (const { path, series } of batch) {
      const rows = sizes[done++];
      if (series.t.length === rows && series.y.length === rows) continue;
      throw damaged(path, `series "${series.id}" has not the rows that it should`);
    }
    yield { kind: "finish", batch, setting };
  }
  if (done < sizes.length) throw damaged(shards[0].path, `${sizes.length} series in all, ${done} in the shards`);
}

async function* seriesOf(shard: ShardFile): AsyncGenerator<ShardSeries> {
  for await (const series of shard.records(SeriesFitsSchema)) yield { path: shard.path, series };
}

/** The forecasts of a batch whose series have their fits. */
export function finishBatch({ batch, setting: { grid, zone, options, neural } }: FinishWork): SeriesForecast[] {
  const laidOut = batch.map(({ series }) => layOut(series, grid, options.horizon, zone));
  const panel = laidOut.map(({ series }) => series);
  const forecasters = neural ? [{ model: neuralModel, atOrigins: null, whole: null }] : [];
  const job = planSeries(panel, { ...options, horizon: farthestStep(laidOut), forecasters });
  for (const [i, { path, series }] of batch.entries()) {
    if (series.fits.every((fit) => fits(fit, job.tasks[i]))) continue;
    throw damaged(path, `the fits of series "${series.id}" are not of its length`);
  }
  const finished = alignedIntervals(
    job,
    batch.map(({ series }) => series.fits),
  );
  return askedSteps(laidOut, finished);
}

/** Whether a fit has the lengths that its series asks for. */
function fits(
  { members, points, distribution, backtest }: ComponentFit,
  { plan, horizon, probabilities }: SeriesTask,
): boolean {
  const all = (arrays: readonly (Float64Array | null)[] | null, count: number, length: number) =>
    arrays === null || (arrays.length === count && arrays.every((one) => one === null || one.length === length));
  return (
    all(points, members.length, horizon) &&
    all(distribution, probabilities.length, horizon) &&
    backtest.length === plan.cuts.length &&
    backtest.every(
      (then) =>
        all(then.points, members.length, plan.horizon) && all(then.distribution, probabilities.length, plan.horizon),
    )
  );
}
