import type { BatchSetting, SeriesForecast, SeriesSource } from "../../ingest/index.js";
import type { CommandContext, CommandResult } from "../frame.js";
import { checkShardFolder } from "../shard-option.js";
import type { ForecastCommandOptions } from "./command-options.js";
import { readTree } from "./hierarchy-options.js";
import { refuseNeural, stepsOf } from "./series-options.js";
import { checkFiles, checkPaths, type ForecastRun, metaFile, PATHS, writeRun } from "./write-run.js";

/** Memory of the SQL engine, which sorts the rows; beyond it they wait on disk. */
const MEMORY = "256MB";

/** Reads the series, forecasts them and writes the files; of a shard, what `fleetlens merge` makes them of. */
export async function runForecast(
  input: string,
  o: ForecastCommandOptions,
  context: CommandContext,
): Promise<CommandResult> {
  const { withSeries } = await import("../../ingest/index.js");
  const { signal, onProgress } = context;
  await checkOptions(input, o);
  onProgress(0, 0, "reading");
  const hierarchy = await readTree(input, o.hierarchy, o.id, signal);
  const { id, time, value, threads } = o;
  return withSeries(input, { id, time, value, threads, memory: MEMORY, signal }, async (source) => {
    const sums = Object.keys(hierarchy?.nodes ?? {}).length;
    if (o.paths) checkPaths(source.ids.length + sums, o.horizon);
    const setting = await settingOf(source, o, o.paths !== undefined || hierarchy !== undefined);
    const run = await runOf(source, setting, o, hierarchy !== undefined);
    if (o.shard) {
      const { writeForecastShard } = await import("./forecast-shard.js");
      return writeForecastShard(source, run, { ...o, shard: o.shard }, context);
    }
    return writeRun(o, run, await batchesOf(source, hierarchy, setting, o, context), signal);
  });
}

/** Refuses what cannot be meant before anything is read. */
async function checkOptions(input: string, o: ForecastCommandOptions): Promise<void> {
  const { InputError } = await import("../../core/errors.js");
  const { assertTimeZone } = await import("../../core/time.js");
  refuseNeural(o.neural);
  if (o.tz) assertTimeZone(o.tz);
  if (o.reconcile !== "bu" && !o.hierarchy) {
    throw new InputError(`--reconcile ${o.reconcile} needs --hierarchy, the columns to add up to`, {
      option: "reconcile",
    });
  }
  if (o.shard) {
    checkShardFolder(o.out, [input], { hierarchy: o.hierarchy });
    checkShardFolder(o.out, [], { paths: o.paths }, "give it to fleetlens merge");
    return;
  }
  checkFiles(o);
  const { refuseOwnInput } = await import("../own-input.js");
  refuseOwnInput(input, [o.out, o.paths, o.meta ? metaFile(o.out) : undefined]);
}

async function settingOf(source: SeriesSource, o: ForecastCommandOptions, paths: boolean): Promise<BatchSetting> {
  const some = async () => {
    const first: { t: Float64Array }[] = [];
    for await (const series of source.series(100)) first.push(series);
    return first;
  };
  const { grid, season, maxGap } = await stepsOf(some, source.integerTime, o);
  return {
    grid,
    zone: o.tz,
    options: {
      ...{ horizon: o.horizon, season, maxGap, levels: o.level, quantiles: o.quantiles, seed: o.seed },
      ...{ models: o.model.includes("auto") ? "auto" : o.model, intervals: o.intervals },
      paths: paths ? PATHS : 0,
    },
  };
}

/** What there is to say of the run besides its forecasts. */
async function runOf(
  source: SeriesSource,
  setting: BatchSetting,
  o: ForecastCommandOptions,
  summed: boolean,
): Promise<ForecastRun> {
  const { id, time, value, horizon, intervals, tz } = o;
  const { season, levels, quantiles, models, maxGap } = setting.options;
  const neural = o.neural === "auto";
  return {
    setting,
    meta: o.meta ?? false,
    createdFrom: {
      // Hashing takes as long as reading: only for files that say what they come from.
      inputs: o.meta || o.shard ? await source.inputs() : [],
      options: {
        ...{ id, time, value, freq: setting.grid, horizon, season, levels, quantiles, models },
        ...{ intervals, max_gap: maxGap, tz },
        ...(summed ? { hierarchy: o.hierarchy, reconcile: o.reconcile } : {}),
      },
      seed: o.seed,
    },
    neural: neural ? "unavailable" : "off",
    warnings: [
      ...source.warnings,
      ...(neural ? ["no neural model is built into this version: the pool runs without it"] : []),
    ],
  };
}

/** The forecasts as they come. */
async function batchesOf(
  source: SeriesSource,
  hierarchy: Awaited<ReturnType<typeof readTree>>,
  setting: BatchSetting,
  o: ForecastCommandOptions,
  { signal, onProgress }: CommandContext,
): Promise<AsyncIterable<SeriesForecast[]>> {
  const { forecastBatches } = await import("../../ingest/index.js");
  const run = { threads: o.threads, signal, onProgress };
  if (!hierarchy) return forecastBatches(source, setting, run);
  const { addSums, reconciled } = await import("./forecast-hierarchy.js");
  return o.reconcile === "bu"
    ? addSums(forecastBatches(source, setting, run), hierarchy, setting, o.paths !== undefined)
    : reconciled(source, hierarchy, o.reconcile, setting, run);
}
