import { basename, dirname } from "node:path";
import { z } from "zod";
import { compareUtf8 } from "../../core/compare-utf8.js";
import type { HourlySums } from "../../ingest/index.js";
import { mergeOrdered } from "../../ingest/shard/merge-ordered.js";
import { commonOf, type ShardFile } from "../../ingest/shard/open-shard.js";
import type { ShardPlace } from "../../ingest/shard/shard-place.js";
import { writeShard } from "../../ingest/shard/write-shard.js";
import type { CommandContext, CommandResult } from "../frame.js";
import type { MergeOptions } from "../merge/merge-options.js";
import { checkSumsFile, isSumsFile, writeSums } from "./write-sums.js";

const CommonSchema = z.strictObject({ engine: z.literal("duckdb"), warnings: z.array(z.string()) });

/** A record: a row of the sums. */
const RowSchema = z.tuple([
  z.string().nullable().describe("queue"),
  z.bigint().nullable().describe("hour, µs"),
  z.bigint().nullable().describe("sum of the values"),
  z.number().nullable().describe("GPU-hours"),
  z.bigint().describe("samples"),
]);
type Row = z.infer<typeof RowSchema>;

/** Options of `aggregate` that the sums depend on. */
interface SumOptions {
  input: string;
  queueCol: string;
  timeCol: string;
  valueCol: string;
  sampleSeconds: number;
}

/**
 * Writes the sums of a shard's queues.
 *
 * @param out a folder; or a file, which becomes the table of these queues alone, with the shard beside it
 */
export async function writeSumsShard(
  out: string,
  place: ShardPlace,
  { input, queueCol, timeCol, valueCol, sampleSeconds }: SumOptions,
  sums: HourlySums,
  signal: AbortSignal,
): Promise<CommandResult> {
  const { warnings, inputs = [], queue, hourUs, valueSum, gpuHours, samples } = sums;
  function* records(): Generator<Row> {
    for (let i = 0; i < queue.length; i++) yield [queue[i], hourUs[i], valueSum[i], gpuHours[i], samples[i]];
  }
  const run = {
    ...{ command: "aggregate" as const, inputs },
    options: { input, queueCol, timeCol, valueCol, sampleSeconds },
    common: { engine: "duckdb", warnings },
  };
  const isFile = isSumsFile(out);
  const [folder, before] = isFile ? [dirname(out), `${basename(out)}.`] : [out, ""];
  const outputs = await writeShard(folder, place, run, records(), { signal, before });
  if (isFile) {
    const written = await writeSums(out, sums, signal);
    return { ...written, outputs: [...(written.outputs ?? []), ...outputs] };
  }
  return {
    outputs,
    warnings,
    summary: { rows: queue.length },
    text: `${queue.length} rows -> ${outputs[0]}`,
  };
}

/** Makes the sums of all queues of the shards. */
export async function mergeAggregate(
  shards: readonly ShardFile[],
  { out }: MergeOptions,
  { signal }: CommandContext,
): Promise<CommandResult> {
  checkSumsFile(out);
  const { engine, warnings } = commonOf(shards[0], CommonSchema);
  const sums: HourlySums = { engine, queue: [], hourUs: [], valueSum: [], gpuHours: [], samples: [], warnings };
  const rows = mergeOrdered(
    shards.map((shard) => shard.records(RowSchema)),
    byQueue,
  );
  for await (const [queue, hour, sum, hours, samples] of rows) {
    sums.queue.push(queue);
    sums.hourUs.push(hour);
    sums.valueSum.push(sum);
    sums.gpuHours.push(hours);
    sums.samples.push(samples);
  }
  return writeSums(out, sums, signal);
}

/** By the bytes of the queue, no queue last; rows of a queue are all in one shard, and in their order. */
function byQueue([a]: Row, [b]: Row): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return compareUtf8(a, b);
}
