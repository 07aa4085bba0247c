import { z } from "zod";
import type { RegionKind } from "../../backtest/geo/types.js";
import { MapMatchSchema } from "../../backtest/map/map-match-schema.js";
import { parseSweepTarget } from "../../backtest/sweep/parse-sweep-target.js";
import type { LogCounts } from "../../ingest/backtest/read-logs.js";
import { parsePolicyBytes } from "../../ingest/backtest/read-policy.js";
import type { ReplaySetting } from "../../ingest/backtest/replay-chunk.js";
import { mergeChunks } from "../../ingest/backtest/replay-logs.js";
import { type BacktestRecord, BacktestRecordSchema, LabelTableSchema } from "../../ingest/shard/backtest-record.js";
import { commonOf, damaged, type ShardFile } from "../../ingest/shard/open-shard.js";
import type { ShardPlace } from "../../ingest/shard/shard-place.js";
import { ShardTableSchema } from "../../ingest/shard/shard-schema.js";
import { writeShard } from "../../ingest/shard/write-shard.js";
import { folderPlace } from "../../ingest/write-folder.js";
import type { CommandContext, CommandResult } from "../frame.js";
import type { MergeOptions } from "../merge/merge-options.js";
import type { BacktestCommandOptions } from "./command-options.js";
import { settingOf } from "./setting-of.js";
import { type BacktestRun, createdFrom, FILES, writeBacktest } from "./write-backtest.js";

const Inputs = z.array(ShardTableSchema);
const Files = z.array(z.string());

/** The options that a backtest's files depend on. */
const OptionsSchema = z.strictObject({
  ...{ policy: z.string(), logs: Files, labels: Files.optional(), baseline: z.string().optional() },
  ...{ toleranceMs: z.int().nonnegative(), maxGapMs: z.number().positive(), sweep: z.string().optional() },
  split: z.enum(["vehicle"]).optional(),
  ...{ missCost: z.number().optional(), maxNuisance: z.number().optional(), minRecall: z.number().optional() },
  ...{ h3: z.int().min(0).max(15), regions: z.string().optional(), minKm: z.number().optional() },
  ...{ cohorts: Files.optional(), roadGraph: z.string().optional(), matchUrl: z.string().optional() },
  ...{ sigmaM: z.number().optional(), betaM: z.number().optional(), radiusM: z.number().optional() },
  ...{ strictOrder: z.boolean().optional(), seed: z.int().nonnegative(), asOf: z.string().optional() },
}) satisfies z.ZodType<Omit<BacktestCommandOptions, "out" | "shard" | "threads">>;

const Ring = z.array(z.tuple([z.number(), z.number()]));
const Geometry = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("Polygon"), coordinates: z.array(Ring) }),
  z.strictObject({ type: z.literal("MultiPolygon"), coordinates: z.array(z.array(Ring)) }),
]);
const Region = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("h3"), resolution: z.int().min(0).max(15) }),
  z.strictObject({ kind: z.literal("geohash"), precision: z.int().min(1).max(12) }),
  z.strictObject({ kind: z.literal("tiles"), zoom: z.int().min(0).max(22) }),
  z.strictObject({
    kind: z.literal("areas"),
    areas: z.array(z.strictObject({ id: z.string(), priority: z.number(), geometry: Geometry })),
  }),
]) satisfies z.ZodType<RegionKind>;

const PolicyFile = z.strictObject({ name: z.string(), bytes: z.instanceof(Uint8Array<ArrayBuffer>) });

const CommonSchema = z.strictObject({
  policy: PolicyFile,
  baseline: PolicyFile.nullable(),
  labels: z.strictObject({ labels: LabelTableSchema, inputs: Inputs }).nullable(),
  cohorts: z.strictObject({ cohorts: z.map(z.string(), z.string()), inputs: Inputs }).nullable(),
  regions: z.strictObject({ kind: Region, inputs: z.array(ShardTableSchema.extend({ rows: z.null() })) }).nullable(),
  map: z.strictObject({
    match: z
      .strictObject({
        engine: MapMatchSchema.shape.engine,
        options: z.strictObject({
          ...{ sigmaM: z.number(), betaM: z.number(), radiusM: z.number(), maxGapMs: z.number() },
        }),
      })
      .nullable(),
    inputs: Inputs,
    warnings: z.array(z.string()),
  }),
  logs: z.strictObject({ inputs: Inputs, positions: z.boolean() }),
});

/** Writes what a shard's vehicles come to. */
export async function writeBacktestShard(
  o: BacktestCommandOptions & { shard: ShardPlace },
  run: BacktestRun,
  signal: AbortSignal,
): Promise<CommandResult> {
  const { policy, baseline, labels, cohorts, regions, map, logs, setting, result } = run;
  const fileOf = ({ input, bytes }: BacktestRun["policy"]) => ({ name: input.name, bytes: Uint8Array.from(bytes) });
  const source = setting.map?.source;
  const common = {
    ...{ policy: fileOf(policy), baseline: baseline && fileOf(baseline), labels, cohorts, regions },
    map: {
      match: source ? { engine: source.engine, options: source.options } : null,
      inputs: map.inputs,
      warnings: map.warnings,
    },
    logs: { inputs: logs.inputs, positions: logs.positions },
  };
  const options = Object.fromEntries(Object.keys(OptionsSchema.shape).map((name) => [name, o[name as "seed"]]));
  const { inputs } = createdFrom(o, run);
  const record: BacktestRecord = { result, counts: { ...logs.counts } };
  const outputs = await writeShard(
    o.out,
    o.shard,
    { command: "backtest", inputs, options, seed: o.seed, common },
    [record],
    { signal },
  );
  const events = result.events.onsetTs.length;
  const vehicles = result.exposure.vehicleIds.length;
  return {
    outputs,
    warnings: map.warnings,
    summary: { events, vehicles },
    text: `${events} events of ${vehicles} vehicles -> ${outputs[0]}`,
  };
}

/** Makes the folder of a backtest of its shards. */
export async function mergeBacktest(
  shards: readonly ShardFile[],
  { out }: MergeOptions,
  { signal, onProgress }: CommandContext,
): Promise<CommandResult> {
  await folderPlace(out, FILES);
  const [first] = shards;
  const options = OptionsSchema.safeParse(first.head.createdFrom.options);
  if (!options.success) throw damaged(first.path, "its options are none of backtest");
  const o: BacktestCommandOptions = { ...options.data, out };
  const { map, ...common } = commonOf(first, CommonSchema);
  const policy = parsePolicyBytes(common.policy.bytes, common.policy.name);
  const baseline = common.baseline && parsePolicyBytes(common.baseline.bytes, common.baseline.name);
  const setting = settingOf(o, {
    ...{ policy: policy.policy, baseline: baseline?.policy ?? null, labels: common.labels?.labels ?? null },
    ...{ regions: common.regions?.kind ?? null, positions: common.logs.positions, signals: [] },
    sweep: o.sweep === undefined ? null : parseSweepTarget(o.sweep, policy.policy),
    map: map.match && {
      source: { ...map.match, graph: null, url: null },
      ...{ policy: { layers: [], computed: [] }, baseline: null },
    },
  });
  const records: BacktestRecord[] = [];
  for (const shard of shards) records.push(await recordOf(shard, setting));
  onProgress(0, 0, "scoring");
  const run: BacktestRun = {
    ...{ policy, baseline, labels: common.labels, cohorts: common.cohorts, regions: common.regions, setting },
    map: { ...map, map: setting.map, signals: [] },
    logs: { ...common.logs, counts: countsOf(records) },
    result: mergeChunks(
      records.map(({ result }) => result),
      setting,
    ),
  };
  return writeBacktest(o, run, signal);
}

/** The one record of a shard, as long as it should be. */
async function recordOf(shard: ShardFile, { labels, baseline, sweep, regions, map }: ReplaySetting) {
  const records: BacktestRecord[] = [];
  for await (const record of shard.records(BacktestRecordSchema)) records.push(record);
  const [record] = records;
  const { coverage, places, ...result } = record?.result ?? {};
  const isAsAsked =
    records.length === 1 &&
    coverage?.length === labels?.ts.length &&
    places?.offset.length === labels?.ts.length &&
    (result.baseline === null) === (baseline === null) &&
    (result.sweep === null) === (sweep === null) &&
    (result.mapMatch === null) === (map === null) &&
    (result.tileEdges === null) === (regions.length === 0) &&
    result.regions?.length === regions.length;
  if (!isAsAsked) throw damaged(shard.path, "it does not hold what its options ask for");
  return record;
}

/** Rows of the files and those dropped are told by every shard, the rest is of its own vehicles. */
function countsOf(records: readonly BacktestRecord[]): LogCounts {
  const counts = records.map((record) => record.counts);
  const sum = (of: (one: LogCounts) => number) => counts.reduce((total, one) => total + of(one), 0);
  const { rows, dropped } = counts[0];
  return {
    ...{ rows, dropped, duplicates: sum(({ duplicates }) => duplicates), misplaced: sum((one) => one.misplaced) },
    lastTs: counts.reduce((last, one) => Math.max(last, one.lastTs), Number.NEGATIVE_INFINITY),
  };
}
