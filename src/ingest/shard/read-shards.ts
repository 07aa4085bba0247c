import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../core/errors.js";
import { exactJson } from "./exact-json.js";
import { isOfOneRun, openShard, type ShardFile } from "./open-shard.js";
import { shardFileName } from "./shard-place.js";
import type { ShardHead } from "./shard-schema.js";

/** Any name that a copy of a shard may have, also behind that of a table; temporary files begin with a point. */
const SHARD_FILE = /^(?!\.)(.*\.)?shard-.*\.jsonl$/;
/** Missing shards that are named. */
const NAMED = 5;

/**
 * Opens all shards of a folder.
 *
 * @returns the shards in the order of their numbers: every one of them, all of one run
 * @throws InputError naming the shard that is missing, there twice, damaged or of another run
 */
export async function readShards(folder: string): Promise<ShardFile[]> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === "ENOENT" ? "no such folder" : cause.code === "ENOTDIR" ? "it is a file" : cause.message;
    throw new InputError(`${folder}: ${why}; --inputs is the folder of the shards`, { folder }, { cause });
  });
  const files = names.filter((name) => SHARD_FILE.test(name)).sort();
  if (files.length === 0) {
    throw new InputError(`${folder}: no shards in this folder, such as ${shardFileName({ index: 0, count: 8 })}`, {
      folder,
    });
  }
  const shards: ShardFile[] = [];
  for (const name of files) shards.push(await openShard(join(folder, name)));
  return inOrder(shards);
}

function inOrder(shards: readonly ShardFile[]): ShardFile[] {
  const [first] = shards;
  const { count } = first.head.shard;
  const byIndex = new Map<number, ShardFile>();
  for (const shard of shards) {
    const { path, head } = shard;
    if (!isOfOneRun(first.head, head)) {
      const why = differenceOf(first.head, head);
      throw new InputError(`${path} is of another run than ${first.path}: ${why}; keep the shards of one run`, {
        file: path,
        other: first.path,
      });
    }
    const { index } = head.shard;
    const before = byIndex.get(index);
    if (before) {
      throw new InputError(`${path} and ${before.path} are the same shard, ${index} of ${count}; remove one`, {
        file: path,
        other: before.path,
      });
    }
    if (index >= count) throw new InputError(`${path} says that it is shard ${index} of ${count}`, { file: path });
    byIndex.set(index, shard);
  }
  const missing = [];
  for (let index = 0; index < count && missing.length <= NAMED; index++) if (!byIndex.has(index)) missing.push(index);
  if (missing.length > 0) {
    const named = missing.slice(0, NAMED).map((index) => shardFileName({ index, count }));
    const more = count - byIndex.size - named.length;
    throw new InputError(
      `${more > 0 ? `${named.join(", ")} and ${more} more` : named.join(", ")} ${count - byIndex.size > 1 ? "are" : "is"} missing: ${byIndex.size} of ${count} shards are there; run what is missing`,
      { missing, count },
    );
  }
  return [...byIndex.values()].sort((a, b) => a.head.shard.index - b.head.shard.index);
}

/** In what two heads differ, in words. */
function differenceOf(a: ShardHead, b: ShardHead): string {
  const differs = (of: (head: ShardHead) => unknown) => exactJson(of(a)) !== exactJson(of(b));
  if (differs(({ command }) => command)) return `${b.command} instead of ${a.command}`;
  if (differs(({ version }) => version)) return `made by version ${b.version} instead of ${a.version}`;
  if (differs(({ shard }) => shard.count)) return `one of ${b.shard.count} shards instead of ${a.shard.count}`;
  if (differs(({ createdFrom }) => createdFrom.inputs)) return "made of other inputs";
  const names = [...new Set([a, b].flatMap(({ createdFrom }) => Object.keys(createdFrom.options)))];
  const other = names.filter((name) => differs(({ createdFrom }) => createdFrom.options[name]));
  if (other.length > 0) return `made with another ${other.join(", ")}`;
  return differs(({ createdFrom }) => createdFrom.seed)
    ? "made with another seed"
    : "what it knows of the run is not the same";
}
