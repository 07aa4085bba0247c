import type { BatchSetting, SeriesForecast, SeriesSource } from "../../ingest/index.js";
import type { CommandContext, CommandResult } from "../frame.js";
import { checkShardFolder } from "../shard-option.js";
import type { ForecastCommandOptions } from "./command-options.js";
import { readTree } from "./hierarchy-options.js";
import { neuralRequest } from "./neural-options.js";
import type { NeuralPart } from "./neural-part.js";
import { stepsOf } from "./series-options.js";
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
  const neuralOf = await neuralOpener(o, context);
  onProgress(0, 0, "reading");
  const hierarchy = await readTree(input, o.hierarchy, o.id, signal);
  const { id, time, value, threads } = o;
  return withSeries(input, { id, time, value, threads, memory: MEMORY, signal }, async (source) => {
    const sums = Object.keys(hierarchy?.nodes ?? {}).length;
    if (o.paths) checkPaths(source.ids.length + sums, o.horizon);
    const asked = await settingOf(source, o, o.paths !== undefined || hierarchy !== undefined);
    const neural = await neuralOf(source, asked);
    const setting = neural.nets ? { ...asked, neural: neural.nets } : asked;
    const run = await runOf(source, setting, o, hierarchy !== undefined, neural);
    if (o.shard) {
      const { writeForecastShard } = await import("./forecast-shard.js");
      return writeForecastShard(source, run, { ...o, shard: o.shard }, context);
    }
    const files = { ...o, weights: neural.file };
    return writeRun(files, run, await batchesOf(source, hierarchy, setting, o, context), signal);
  });
}

/** Refuses what cannot be meant before anything is read. */
async function checkOptions(input: string, o: ForecastCommandOptions): Promise<void> {
  const { InputError } = await import("../../core/errors.js");
  const { assertTimeZone } = await import("../../core/time.js");
  if (o.tz) assertTimeZone(o.tz);
  if (o.reconcile !== "bu" && !o.hierarchy) {
    throw new InputError(`--reconcile ${o.reconcile} needs --hierarchy, the columns to add up to`, {
      option: "reconcile",
    });
  }
  if (o.shard) {
    checkShardFolder(o.out, [input], { hierarchy: o.hierarchy });
    checkShardFolder(o.out, [], { paths: o.paths }, "give it to fleetlens merge");
    const trained = o.neural !== "off" && o.weights === undefined ? "on" : undefined;
    checkShardFolder(o.out, [], { neural: trained }, "train once with --save-weights, and give the shards --weights");
    return;
  }
  checkFiles(o);
  const { refuseOwnInput } = await import("../own-input.js");
  const outputs = [o.out, o.paths, o.meta ? metaFile(o.out) : undefined, o.saveWeights];
  refuseOwnInput(input, outputs);
  if (o.weights !== undefined) refuseOwnInput(o.weights, outputs);
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
  neural: NeuralPart,
): Promise<ForecastRun> {
  const { id, time, value, horizon, intervals, tz } = o;
  const { season, levels, quantiles, models, maxGap } = setting.options;
  const { facts, warnings } = neural;
  const trained = typeof facts === "string" ? null : facts.weights_sha256;
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
        ...(facts === "off" ? {} : { neural: o.neural, weights_sha256: trained }),
      },
      seed: o.seed,
    },
    neural: facts,
    warnings: [...source.warnings, ...warnings],
  };
}

/** Opens what the neural model needs before anything is read; what comes back makes its part of the forecast. */
async function neuralOpener(
  o: ForecastCommandOptions,
  context: CommandContext,
): Promise<(source: SeriesSource, setting: BatchSetting) => Promise<NeuralPart>> {
  const request = neuralRequest(o, o.model);
  if (!request) return async () => ({ facts: "off", warnings: [] });
  const { openNeural } = await import("../../ingest/neural/open-neural.js");
  const { neuralPart } = await import("./neural-part.js");
  const opened = await openNeural(request);
  return (source, setting) => neuralPart(source, setting, request, opened, context);
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
