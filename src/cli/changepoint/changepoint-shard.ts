import { z } from "zod";
import { ChangesFileSchema, type ChangesFileSeries } from "../../changepoint/index.js";
import { compareUtf8 } from "../../core/compare-utf8.js";
import { InputError } from "../../core/errors.js";
import { mergeOrdered } from "../../ingest/shard/merge-ordered.js";
import { commonOf, type ShardFile } from "../../ingest/shard/open-shard.js";
import { isInShard, type ShardPlace } from "../../ingest/shard/shard-place.js";
import { writeShard } from "../../ingest/shard/write-shard.js";
import type { CommandContext, CommandResult } from "../frame.js";
import type { MergeOptions } from "../merge/merge-options.js";
import type { NamedTask } from "./read-tasks.js";
import { type ChangesRun, writeChanges } from "./write-changes.js";

const { shape } = ChangesFileSchema;

const CommonSchema = z.strictObject({
  head: z.strictObject({ inputs: shape.createdFrom.shape.inputs, clock: shape.clock, options: shape.options }),
  warnings: z.array(z.string()),
  series: z.int().nonnegative().describe("of the run"),
});

/** Writes the changes of a shard's series. */
export async function writeChangesShard(
  folder: string,
  place: ShardPlace,
  run: ChangesRun,
  tasks: readonly NamedTask[],
  found: (tasks: readonly NamedTask[]) => AsyncIterable<ChangesFileSeries>,
  signal: AbortSignal,
): Promise<CommandResult> {
  const own = tasks.filter(({ id }) => isInShard(id, place));
  const { inputs, options } = run.head;
  const common: z.infer<typeof CommonSchema> = { ...run, series: tasks.length };
  const outputs = await writeShard(folder, place, { command: "changepoint", inputs, options, common }, found(own), {
    signal,
  });
  return {
    outputs,
    warnings: run.warnings,
    summary: { series: own.length, of: tasks.length },
    text: `${own.length} of ${tasks.length} series searched -> ${outputs[0]}`,
  };
}

/** Makes the file of the changes of its shards: that of `--no-timing`. */
export async function mergeChangepoint(
  shards: readonly ShardFile[],
  { inputs, out }: MergeOptions,
  { signal }: CommandContext,
): Promise<CommandResult> {
  if (!/\.json$/i.test(out)) throw new InputError(`--out must end in .json, got "${out}"`, { out });
  const { series: count, ...run } = commonOf(shards[0], CommonSchema);
  const sources = shards.map((shard) => shard.records(shape.series.element));
  const series: ChangesFileSeries[] = [];
  for await (const one of mergeOrdered(sources, (a, b) => compareUtf8(a.id, b.id))) series.push(one);
  if (series.length !== count) {
    throw new InputError(`${inputs}: the shards hold ${series.length} series of ${count}; run them again`, { inputs });
  }
  return writeChanges(out, run, series, null, signal);
}
