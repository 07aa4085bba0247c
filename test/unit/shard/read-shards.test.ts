import { createHash } from "node:crypto";
import { copyFile, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { InputError } from "../../../src/core/errors.js";
import { fnv1a32 } from "../../../src/core/random.js";
import { readShards } from "../../../src/ingest/shard/read-shards.js";
import { isInShard } from "../../../src/ingest/shard/shard-place.js";
import { ShardHeadSchema } from "../../../src/ingest/shard/shard-schema.js";
import { type ShardRun, writeShard } from "../../../src/ingest/shard/write-shard.js";

let folder: string;
let parts: string;
const RUN: ShardRun = {
  command: "forecast",
  inputs: [{ name: "a.csv", sha256: "0".repeat(64), rows: 3 }],
  options: { horizon: 3, id: "id" },
  seed: 1,
  common: { sizes: Float64Array.of(1, NaN) },
};
const COUNT = 3;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleetlens-shards-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  parts = await mkdtemp(join(folder, "parts-"));
  for (let index = 0; index < COUNT; index++) await shard(index);
});

const shard = (
  index: number,
  run: Partial<ShardRun> = {},
  count = COUNT,
  records: unknown[] = [{ index }, { y: 2n }],
) => writeShard(parts, { index, count }, { ...RUN, ...run }, records);
const name = (index: number, count = COUNT) => join(parts, `shard-${index}-of-${count}.jsonl`);

async function edited(index: number, edit: (text: string) => string): Promise<void> {
  await writeFile(name(index), edit(await readFile(name(index), "utf8")));
}

/** A file whose last line fits what somebody has made of the others. */
const resealed = (text: string): string => {
  const lines = text.split("\n").slice(0, -2);
  const body = lines.map((line) => `${line}\n`).join("");
  return `${body}${JSON.stringify({ records: lines.length - 1, sha256: createHash("sha256").update(body).digest("hex") })}\n`;
};

async function refused(pattern: RegExp): Promise<void> {
  const error = await readShards(parts).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(InputError);
  expect((error as Error).message).toMatch(pattern);
}

describe("readShards", () => {
  it("gives all shards in order, with what was written", async () => {
    const shards = await readShards(parts);
    expect(shards.map(({ head }) => head.shard)).toEqual([0, 1, 2].map((index) => ({ index, count: 3 })));
    expect(shards[0].head.common).toStrictEqual(RUN.common);
    const { common, ...head } = shards[0].head;
    expect(ShardHeadSchema.safeParse({ ...head, common: null }).success).toBe(true);
    const records: unknown[] = [];
    for await (const record of shards[1].records(z.unknown())) records.push(record);
    expect(records).toStrictEqual([{ index: 1 }, { y: 2n }]);
  });

  it("reads texts with other line ends, and lines longer than a read", async () => {
    const long = "\u2028\u2029\r é".repeat(50_000);
    await shard(1, {}, COUNT, [{ long }]);
    const [, one] = await readShards(parts);
    for await (const record of one.records(z.strictObject({ long: z.string() }))) expect(record.long).toBe(long);
  });

  it("does not mind temporary files of shards that were killed, and other files", async () => {
    await writeFile(join(parts, ".fleetlens-x.tmp"), '{"schema":"fleetlens.shard/1"');
    await writeFile(join(parts, "slurm-1_0.out"), "");
    expect(await readShards(parts)).toHaveLength(3);
  });

  it("writes the same bytes again", async () => {
    const before = await readFile(name(2));
    await shard(2);
    expect(await readFile(name(2))).toEqual(before);
  });

  it("names shards that are missing", async () => {
    await rm(name(1));
    await refused(/^shard-1-of-3\.jsonl is missing: 2 of 3 shards are there/);
    await rm(name(0));
    await refused(/^shard-0-of-3\.jsonl, shard-1-of-3\.jsonl are missing/);
    await rm(name(2));
    await refused(/no shards in this folder/);
    parts = join(folder, "nowhere");
    await refused(/no such folder/);
  });

  it("tells of thousands that are missing without listing them", async () => {
    parts = await mkdtemp(join(folder, "parts-"));
    await shard(4, {}, 1_000_000);
    await refused(/shard-5-of-1000000\.jsonl and 999994 more are missing: 1 of 1000000/);
  });

  it("names a shard that is there twice", async () => {
    await copyFile(name(1), join(parts, "shard-1-of-3 (copy).jsonl"));
    await refused(/shard-1-of-3\.jsonl and .*\(copy\)\.jsonl are the same shard, 1 of 3/);
    await rm(join(parts, "shard-1-of-3 (copy).jsonl"));
    await rm(name(2));
    await rename(name(1), name(2));
    // What it says counts, not what it is called.
    await refused(/^shard-2-of-3\.jsonl is missing/);
  });

  it.each<[string, Partial<ShardRun>, RegExp]>([
    ["options", { options: { ...RUN.options, horizon: 4 } }, /made with another horizon/],
    ["inputs", { inputs: [{ name: "a.csv", sha256: "1".repeat(64), rows: 3 }] }, /made of other inputs/],
    ["a seed", { seed: 2 }, /made with another seed/],
    ["a command", { command: "drift" }, /(drift instead of forecast|forecast instead of drift)/],
    ["knowledge of the run", { common: { sizes: Float64Array.of(1, 2) } }, /what it knows of the run/],
  ])("names a shard of another run: other %s", async (_, run, pattern) => {
    await shard(1, run);
    await refused(/shard-1-of-3\.jsonl is of another run than .*shard-0-of-3\.jsonl/);
    await refused(pattern);
  });

  it("names a shard of a run with another number of shards, or of another version", async () => {
    await shard(1, {}, 4);
    await refused(/one of 4 shards instead of 3/);
    await rm(name(1, 4));
    // Made by another version, which gives it another run id.
    const { runId } = await import("../../../src/ingest/shard/write-shard.js");
    await edited(1, (text) => {
      const [line, ...rest] = text.split("\n");
      const head = { ...JSON.parse(line), version: "0.0.1" };
      return resealed([JSON.stringify({ ...head, run: runId(head) }), ...rest].join("\n"));
    });
    await refused(/made by version 0\.0\.1 instead of/);
  });

  it.each<[string, (text: string) => string, RegExp]>([
    ["with an edited record", (text) => text.replace('{"index":1}', '{"index":2}'), /digest does not fit/],
    ["with an edited head", (text) => text.replace('"horizon":3', '"horizon":4'), /digest does not fit/],
    ["with a head edited and sealed", (text) => resealed(text.replace('"horizon":3', '"horizon":4')), /run id/],
    ["without a record", (text) => text.replace('{"index":1}\n', ""), /digest does not fit/],
    ["cut short in its last line", (text) => text.slice(0, -20), /last line is missing/],
    ["cut short after a record", (text) => text.split("\n").slice(0, 3).join("\n"), /last line is missing/],
    ["that is empty", () => "", /last line is missing/],
    ["of zeros", (text) => "\0".repeat(text.length), /damaged: no JSON/],
    ["that is no shard", () => '{"schema":"fleetlens.drift/1"}\n', /no shard/],
    ["that is a number", () => "1\n", /no shard/],
    ["with a foreign key", (text) => resealed(text.replace('"version"', '"more":1,"version"')), /more/],
    ["of an impossible number", (text) => resealed(text.replace('"count":3', '"count":0')), /shard\.count/],
    [
      "beyond the last",
      (text) => resealed(text.replace('"index":1,"count"', '"index":7,"count"')),
      /says that it is shard 7 of 3/,
    ],
  ])("refuses a shard %s, and names it", async (_, edit, pattern) => {
    await edited(1, edit);
    await refused(/shard-1-of-3\.jsonl/);
    await refused(pattern);
  });

  it("checks records by their schema", async () => {
    const [first] = await readShards(parts);
    const all = async () => {
      for await (const _ of first.records(z.strictObject({ index: z.string() })));
    };
    await expect(all()).rejects.toThrow(/shard-0-of-3\.jsonl: the shard is damaged: record 0: index/);
  });
});

describe("isInShard", () => {
  it("is FNV-1a over UTF-8, modulo the shards: each key is in one of them", () => {
    // Published test vectors of FNV-1a, 32 bits.
    expect([fnv1a32(""), fnv1a32("a"), fnv1a32("foobar")]).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
    for (const key of ["", "a", "日本", "🚀"]) {
      for (const count of [1, 2, 7, 16]) {
        const mine = Array.from({ length: count }, (_, index) => isInShard(key, { index, count }));
        expect(mine.filter(Boolean)).toHaveLength(1);
        expect(mine.indexOf(true)).toBe(fnv1a32(key) % count);
      }
    }
  });
});
