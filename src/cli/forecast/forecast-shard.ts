import { z } from "zod";
import type { BatchSetting, SeriesSource } from "../../ingest/index.js";
import { BatchSettingSchema, finishShards, fitShard } from "../../ingest/shard/forecast-shard.js";
import { commonOf, type ShardFile } from "../../ingest/shard/open-shard.js";
import type { ShardPlace } from "../../ingest/shard/shard-place.js";
import { ShardTableSchema } from "../../ingest/shard/shard-schema.js";
import { writeShard } from "../../ingest/shard/write-shard.js";
import type { CommandContext, CommandResult } from "../frame.js";
import type { MergeOptions } from "../merge/merge-options.js";
import type { ForecastCommandOptions } from "./command-options.js";
import { NeuralFactsSchema } from "./forecast-meta-schema.js";
import { checkFiles, checkPaths, type ForecastRun, PATHS, writeRun } from "./write-run.js";

const CommonSchema = z.strictObject({
  run: z.strictObject({
    setting: BatchSettingSchema,
    meta: z.boolean(),
    createdFrom: z.strictObject({
      inputs: z.array(ShardTableSchema),
      options: z.record(z.string(), z.json()),
      seed: z.int(),
    }),
    neural: NeuralFactsSchema,
    warnings: z.array(z.string()),
  }) satisfies z.ZodType<ForecastRun>,
  sizes: z.array(z.int().positive()).describe("rows of every series of the run, in the order of their ids"),
});

/** Writes the fits of a shard's series. */
export async function writeForecastShard(
  source: SeriesSource,
  run: ForecastRun,
  o: ForecastCommandOptions & { shard: ShardPlace },
  { signal, onProgress }: CommandContext,
): Promise<CommandResult> {
  const { id, time, value, horizon, season, level, quantiles, model, intervals, freq, maxGap, neural, tz, meta } = o;
  const shardRun = {
    ...{ command: "forecast" as const, inputs: run.createdFrom.inputs, seed: o.seed },
    options: {
      ...{ id, time, value, horizon, season, level, quantiles, model, intervals, freq, maxGap, neural, tz, meta },
      ...(typeof run.neural === "string" ? {} : { weights_sha256: run.neural.weights_sha256 }),
    },
    // The networks themselves have done their work: the fits are theirs.
    common: { run: { ...run, setting: withoutNets(run.setting) }, sizes: source.sizes },
  };
  let series = 0;
  async function* records() {
    for await (const record of fitShard(source, run.setting, o.shard, { threads: o.threads, signal, onProgress })) {
      series++;
      yield record;
    }
  }
  const outputs = await writeShard(o.out, o.shard, shardRun, records(), { signal });
  return {
    outputs,
    warnings: run.warnings,
    summary: { series, of: source.ids.length, season: run.setting.options.season, seed: o.seed },
    text: `${series} of ${source.ids.length} series fitted -> ${outputs[0]}`,
  };
}

const withoutNets = ({ neural: _, ...setting }: BatchSetting): BatchSetting => setting;

/** Makes the forecast of its shards. */
export async function mergeForecast(
  shards: readonly ShardFile[],
  { out, paths, threads }: MergeOptions,
  { signal }: CommandContext,
): Promise<CommandResult> {
  checkFiles({ out, paths });
  const { run, sizes } = commonOf(shards[0], CommonSchema);
  if (paths !== undefined) checkPaths(sizes.length, run.setting.options.horizon);
  const options = { ...run.setting.options, paths: paths === undefined ? 0 : PATHS };
  const setting = { ...run.setting, options };
  const neural = typeof run.neural !== "string";
  return writeRun(
    { out, paths },
    { ...run, setting },
    finishShards(shards, { ...setting, neural }, sizes, { threads, signal }),
    signal,
  );
}
