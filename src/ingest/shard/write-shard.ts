import { createHash } from "node:crypto";
import { join } from "node:path";
import { VERSION } from "../../core/version.js";
import { writeAtomically } from "../atomic.js";
import { withTextFile } from "../text-file.js";
import { exactJson } from "./exact-json.js";
import { type ShardPlace, shardFileName } from "./shard-place.js";
import type { ShardCommand, ShardHead } from "./shard-schema.js";

/** What all shards of a run have alike. */
export interface ShardRun {
  command: ShardCommand;
  inputs: ShardHead["createdFrom"]["inputs"];
  /** All options that the result depends on: not where it goes, nor threads and memory. */
  options: Readonly<Record<string, unknown>>;
  seed?: number;
  /** What the command knows of the whole run, for {@link exactJson}. */
  common: unknown;
}

/**
 * Writes a shard whole or not at all: one file in `folder`, which takes the place of that of an earlier run.
 *
 * @param records in the order in which they are to be merged
 * @param options.before what the file's name begins with, where other shards lie in the folder beside their tables
 * @returns the file written
 */
export async function writeShard(
  folder: string,
  place: ShardPlace,
  run: ShardRun,
  records: AsyncIterable<unknown> | Iterable<unknown>,
  options: { signal?: AbortSignal; before?: string } = {},
): Promise<string[]> {
  return writeAtomically(async (files) => {
    const path = await files.reserve(join(folder, `${options.before ?? ""}${shardFileName(place)}`));
    await withTextFile(path, options, async (append) => {
      const hash = createHash("sha256");
      const line = async (text: string) => {
        hash.update(`${text}\n`);
        await append([text, "\n"]);
      };
      await line(exactJson(headOf(place, run)));
      let count = 0;
      for await (const record of records) {
        await line(exactJson(record));
        count++;
      }
      await append([`${JSON.stringify({ records: count, sha256: hash.digest("hex") })}\n`]);
    });
  });
}

function headOf({ index, count }: ShardPlace, { command, inputs, options, seed, common }: ShardRun): ShardHead {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  // Keys in one order, so that the same options are the same text.
  const sorted = Object.fromEntries(given.sort(([a], [b]) => (a < b ? -1 : 1)));
  const createdFrom = {
    inputs,
    options: sorted as ShardHead["createdFrom"]["options"],
    seed: seed ?? null,
  };
  const head = { version: VERSION, command, createdFrom };
  return {
    ...{ schema: "fleetlens.shard/1", version: VERSION, command, run: runId(head), shard: { index, count } },
    ...{ createdFrom, common: common as ShardHead["common"] },
  };
}

/** What tells runs apart, whatever their shards. */
export function runId({
  version,
  command,
  createdFrom,
}: Pick<ShardHead, "version" | "command" | "createdFrom">): string {
  return createHash("sha256")
    .update(exactJson([version, command, createdFrom]))
    .digest("hex");
}
