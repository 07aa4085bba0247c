import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import type { z } from "zod";
import { InputError } from "../../core/errors.js";
import { problemText, schemaProblems } from "../../core/schema-problems.js";
import { exactJson, parseExactJson } from "./exact-json.js";
import { type Line, readLines } from "./read-lines.js";
import { ShardEndSchema, type ShardHead, ShardHeadSchema } from "./shard-schema.js";
import { runId } from "./write-shard.js";

/** A shard file that is whole: what it says matches its digest. */
export interface ShardFile {
  /** As it was found, for messages. */
  path: string;
  head: ShardHead;
  /** Number of records. */
  count: number;
  /** The records, each as the schema wants it. */
  records<T>(schema: z.ZodType<T>): AsyncGenerator<T>;
}

/**
 * Checks a shard file as a whole, and hands its records out as they are asked for.
 *
 * @throws InputError naming the file, for one that is damaged, cut short, edited, or no shard at all
 */
export async function openShard(path: string): Promise<ShardFile> {
  return withFile(path, async (file) => {
    const hash = createHash("sha256");
    let head: ShardHead | null = null;
    let last: Line | null = null;
    let count = -2;
    for await (const line of readLines(file)) {
      if (last) hash.update(last.bytes).update("\n");
      if (count === -2) head = headOf(path, line);
      last = line;
      count++;
    }
    const end = last?.ended && count >= 0 ? ShardEndSchema.safeParse(parsed(path, last)) : null;
    if (!head || !end?.success) throw damaged(path, "its last line is missing");
    if (end.data.records !== count || end.data.sha256 !== hash.digest("hex")) {
      throw damaged(path, "its digest does not fit what it holds");
    }
    if (head.run !== runId(head)) throw damaged(path, "its run id does not fit its options and inputs");
    return { path, head, count, records: (schema) => recordsOf(path, count, schema) };
  });
}

function headOf(path: string, line: Line): ShardHead {
  const value = parsed(path, line);
  const { schema } = Object(value) as { schema?: unknown };
  if (schema !== "fleetlens.shard/1") {
    throw new InputError(`${path}: no shard, which says "schema": "fleetlens.shard/1" in its first line`, {
      file: path,
    });
  }
  // What is common to a run holds exact numbers: the commands check it.
  const { common, ...rest } = value as ShardHead;
  return { ...checked(path, ShardHeadSchema, { ...rest, common: null }, "first line"), common };
}

async function* recordsOf<T>(path: string, count: number, schema: z.ZodType<T>): AsyncGenerator<T> {
  const file = await open(path);
  try {
    let at = -1;
    for await (const line of readLines(file)) {
      if (at === count) break;
      if (at >= 0) yield checked(path, schema, parsed(path, line), `record ${at}`);
      at++;
    }
  } finally {
    await file.close();
  }
}

async function withFile<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path).catch((cause: Error) => {
    throw new InputError(`${path}: cannot be read: ${cause.message}`, { file: path }, { cause });
  });
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

function parsed(path: string, { bytes }: Line): unknown {
  try {
    return parseExactJson(bytes.toString("utf8"));
  } catch (cause) {
    throw damaged(path, (cause as Error).message, cause);
  }
}

/** A value that a schema has accepted, as it was: numbers, keys and their order stay. */
function checked<T>(path: string, schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return value as T;
  throw damaged(path, `${what}: ${problemText(schemaProblems(schema, value, result.error))}`);
}

/** {@link checked} for what is common to a run. */
export function commonOf<T>({ path, head }: ShardFile, schema: z.ZodType<T>): T {
  return checked(path, schema, head.common, "first line, common");
}

/** The error for a shard that must be made again. */
export function damaged(path: string, why: string, cause?: unknown): InputError {
  return new InputError(`${path}: the shard is damaged: ${why}; run it again`, { file: path }, { cause });
}

/** Whether two shards were made of one run: all of their heads but the shard itself. */
export function isOfOneRun(a: ShardHead, b: ShardHead): boolean {
  const rest = ({ shard, ...head }: ShardHead) => exactJson([head, shard.count]);
  return rest(a) === rest(b);
}
