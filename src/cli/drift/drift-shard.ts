import { z } from "zod";
import { InputError } from "../../core/errors.js";
import type { ComparedCell } from "../../drift/compare-cells.js";
import { type ComparedTables, judgeTables } from "../../drift/compared-tables.js";
import { compareTables } from "../../drift/drift-report.js";
import { DriftEntrySchema, DriftReportSchema } from "../../drift/drift-schema.js";
import { checkThresholds, driftSettings } from "../../drift/drift-settings.js";
import { compareProfileCells } from "../../drift/sketch/compare-profiles.js";
import { CORRECTIONS, type DriftOptions } from "../../drift/types.js";
import { type DriftSide, sideProfile } from "../../ingest/drift/read-drift-side.js";
import { commonOf, damaged, type ShardFile } from "../../ingest/shard/open-shard.js";
import { isInShard, type ShardPlace } from "../../ingest/shard/shard-place.js";
import { ShardTableSchema } from "../../ingest/shard/shard-schema.js";
import { writeShard } from "../../ingest/shard/write-shard.js";
import type { CommandContext, CommandResult } from "../frame.js";
import type { MergeOptions } from "../merge/merge-options.js";
import type { DriftCommandOptions } from "./command-options.js";
import { withoutWindows } from "./without-windows.js";
import { writeDrift } from "./write-drift.js";

/** Statistics may be infinite, or none: JSON has null for both, but only in the end. */
const Figure = z.custom<number>((value) => typeof value === "number", "expected a number");
const Count = z.int().nonnegative();
const Names = z.array(z.string());

/** The options that the file depends on. */
const OptionsSchema = z.strictObject({
  ...{ reference: z.string(), current: z.string(), features: Names.optional(), exactLimit: Count },
  failOn: z.literal("drift").optional(),
  settings: z.strictObject({
    ...{ alpha: z.number(), correction: z.enum(CORRECTIONS), minN: Count, stats: z.enum(["default", "all"]) },
    ...{ psi: z.enum(["deciles", "evidently"]), slices: Names.optional(), time: z.string().optional(), seed: Count },
    ...{ threshold: z.number().optional(), thresholds: z.record(z.string(), z.number()).optional() },
    windowMs: z.number().optional(),
  }) satisfies z.ZodType<DriftOptions>,
});

const Report = DriftReportSchema.shape;
const Entry = DriftEntrySchema.shape;

const CommonSchema = z.strictObject({
  inputs: z.array(ShardTableSchema),
  ...{ rows: Report.rows, added: Names, removed: Names, order: Names },
  warnings: z.array(z.string()).describe("of the comparison"),
  tables: z.array(z.string()).describe("warnings about the tables"),
});

const Finding = z.strictObject({
  test: z.string(),
  p: z.number().min(0).max(1).nullable(),
  effect: z.strictObject({
    name: Entry.effect.shape.name,
    ...{ value: Figure.nullable(), lower: Figure.nullable(), upper: Figure.nullable(), threshold: z.number() },
  }),
  n: Count,
  rowsNeeded: Figure.nullable(),
});

const Cell = z.strictObject({
  place: z.strictObject({
    ...{ feature: Entry.feature, kind: Entry.kind, slice: Entry.slice, window: Entry.window },
    ...{ n_reference: Count, n_current: Count, missing_reference: Count, missing_current: Count },
  }),
  ...{ finding: Finding, missing: Finding.nullable() },
  stats: z.record(z.string(), z.record(z.string(), Figure.nullable())),
  ...{ newLevels: Entry.new_levels, vanishedLevels: Entry.vanished_levels },
}) satisfies z.ZodType<ComparedCell>;

/** The first record of a shard; each other one is a cell. */
const Found = z.strictObject({ retyped: Report.columns.shape.retyped, distributions: Report.distributions });
const RecordSchema = z.union([Found, Cell]);

/** Writes the cells of a shard's features, not yet judged. */
export async function writeDriftShard(
  o: DriftCommandOptions & { shard: ShardPlace },
  settings: DriftOptions,
  [reference, current]: readonly [DriftSide, DriftSide],
  { signal }: CommandContext,
): Promise<CommandResult> {
  const compared = await compareOwn(o.shard, settings, reference, current);
  const { rows, columns, warnings, order, cells, distributions } = compared;
  const { retyped, added, removed } = columns;
  const { reference: before, current: after, features, exactLimit, failOn } = o;
  const inputs = [...reference.inputs, ...current.inputs];
  const tables = [...reference.warnings, ...current.warnings];
  const outputs = await writeShard(
    o.out,
    o.shard,
    {
      ...{ command: "drift" as const, inputs },
      options: { reference: before, current: after, features, exactLimit, failOn, settings },
      common: { inputs, rows, added, removed, order, warnings, tables } satisfies z.infer<typeof CommonSchema>,
    },
    [{ retyped, distributions }, ...cells],
    { signal },
  );
  const count = new Set(cells.map(({ place }) => place.feature)).size;
  return {
    outputs,
    warnings: tables,
    summary: { rows, features: count, cells: cells.length },
    text: `${count} features compared, ${cells.length} cells -> ${outputs[0]}`,
  };
}

async function compareOwn(
  shard: ShardPlace,
  settings: DriftOptions,
  reference: DriftSide,
  current: DriftSide,
): Promise<ComparedTables> {
  const only = (feature: string) => isInShard(feature, shard);
  if (reference.table && current.table) return compareTables(reference.table, current.table, settings, { only });
  const profile = await sideProfile(reference, withoutWindows(settings));
  return compareProfileCells(profile, await sideProfile(current, settings), settings, only);
}

/** Judges all features of the shards, and writes the file. */
export async function mergeDrift(
  shards: readonly ShardFile[],
  { out }: MergeOptions,
  { signal }: CommandContext,
): Promise<CommandResult> {
  if (!/\.json$/i.test(out)) throw new InputError(`--out must end in .json, got "${out}"`, { out });
  const [first] = shards;
  const options = OptionsSchema.safeParse(first.head.createdFrom.options);
  if (!options.success) throw damaged(first.path, "its options are none of drift");
  const { settings, ...o } = options.data;
  const { inputs, added, removed, tables, ...common } = commonOf(first, CommonSchema);
  const parts: ComparedTables[] = [];
  for (const shard of shards) {
    signal.throwIfAborted();
    const { retyped, ...found } = await foundOf(shard);
    parts.push({ ...common, columns: { added, removed, retyped }, ...found });
  }
  const features = [...new Set(parts.flatMap(({ cells }) => cells.map(({ place }) => place.feature)))];
  if (features.length === 0) throw new InputError("the tables have no feature in common");
  checkThresholds(driftSettings(settings), features);
  const report = judgeTables(parts, settings);
  const comparison = { report, sections: {}, drifted: [], warnings: [] };
  return writeDrift({ ...o, out }, settings, { inputs, warnings: tables }, comparison);
}

async function foundOf(shard: ShardFile): Promise<z.infer<typeof Found> & Pick<ComparedTables, "cells">> {
  const cells: ComparedCell[] = [];
  let found: z.infer<typeof Found> | null = null;
  for await (const record of shard.records(RecordSchema)) {
    if ("place" in record) cells.push(record);
    else if (found) throw damaged(shard.path, "it has two records of distributions");
    else found = record;
  }
  if (!found) throw damaged(shard.path, "its first record is missing");
  return { ...found, cells };
}
