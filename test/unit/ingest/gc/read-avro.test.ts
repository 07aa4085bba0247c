import { readFile, writeFile } from "node:fs/promises";
import * as zlib from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../../../src/core/errors.js";
import { type AvroFields, readAvro } from "../../../../src/ingest/gc/read-avro.js";
import { sourceRoot } from "../../../../src/ingest/gc/source-files.js";
import { temporaryFolder } from "../files.js";
import { GOLDEN, only } from "./golden.js";

const at = temporaryFolder();
const SYNC = Buffer.alloc(16, 7);

function long(value: bigint | number): Buffer {
  let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
  const bytes: number[] = [];
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}
const text = (value: string) => Buffer.concat([long(Buffer.byteLength(value)), Buffer.from(value)]);

function block(count: number, data: Buffer, sync = SYNC): Buffer {
  return Buffer.concat([long(count), long(data.length), data, sync]);
}

/** An Avro file of blocks as they are. */
function file(schema: unknown, blocks: readonly Buffer[], codec = "null"): Buffer {
  const meta = [text("avro.codec"), text(codec), text("avro.schema"), text(JSON.stringify(schema))];
  return Buffer.concat([Buffer.from("Obj\u0001"), long(2), ...meta, long(0), SYNC, ...blocks]);
}

async function read(bytes: Uint8Array, wanted: AvroFields) {
  await writeFile(at("x.avro"), bytes);
  return (await readAvro(await sourceRoot(at("x.avro")), "x.avro", wanted)).records;
}

const record = (fields: Record<string, unknown>) => ({
  type: "record",
  name: "r",
  fields: Object.entries(fields).map(([name, type]) => ({ name, type })),
});

/** A block of one record, packed by Snappy. */
const snappyBlock = (packed: readonly number[], checksum = 0) => {
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(checksum);
  return block(1, Buffer.concat([Buffer.from(packed), tail]));
};

describe("readAvro", () => {
  it("reads every type, and passes over what is not wanted", async () => {
    const schema = record({
      skipped: { type: "map", values: { type: "array", items: ["null", "double"] } },
      big: "long",
      name: ["null", { type: "string", logicalType: "x" }],
      list: { type: "array", items: "int" },
      inner: {
        type: "record",
        name: "n",
        fields: [
          { name: "a", type: "boolean" },
          { name: "b", type: "bytes" },
        ],
      },
      tail: { type: "fixed", name: "f", size: 3 },
      colour: { type: "enum", name: "e", symbols: ["red", "blue"] },
      again: "f",
      score: "float",
    });
    const arrays = Buffer.concat([long(-2), long(10), long(1), Buffer.alloc(8), long(0), long(0)]);
    const row = Buffer.concat([
      Buffer.concat([long(1), text("k"), arrays, long(0)]),
      long(-(2n ** 63n)),
      Buffer.concat([long(1), text("é")]),
      Buffer.concat([long(2), long(5), long(-6), long(0)]),
      Buffer.concat([Buffer.from([1]), text("zz")]),
      Buffer.from("abc"),
      long(1),
      Buffer.from("def"),
      Buffer.alloc(4),
    ]);
    const wanted = { big: true, name: true, list: true, inner: { a: true }, colour: true, absent: true } as const;
    const one = { big: -(2n ** 63n), name: "é", list: [5n, -6n], inner: { a: true }, colour: 1n };
    expect(await read(file(schema, [block(1, row), block(2, Buffer.concat([row, row]))]), wanted)).toEqual([
      one,
      one,
      one,
    ]);
    const packed = block(1, zlib.deflateRawSync(row));
    expect(await read(file(schema, [packed], "deflate"), wanted)).toEqual([one]);
    expect(await read(file(schema, []), wanted)).toEqual([]);
  });

  it("reads blocks packed by Snappy, and by Zstandard where Node can", async () => {
    const schema = record({ name: "string" });
    const row = text("ab".repeat(20));
    // 41 bytes: a literal of 3 (the length, a, b) and copies of 38 from 2 before.
    const packed = [41, 2 << 2, ...row.subarray(0, 3), (37 << 2) | 2, 2, 0];
    const snappy = snappyBlock(packed, zlib.crc32(row));
    expect(await read(file(schema, [snappy, snappy], "snappy"), { name: true })).toHaveLength(2);
    expect(await read(file(schema, [snappy], "snappy"), { name: true })).toEqual([{ name: "ab".repeat(20) }]);
    const { zstdCompressSync } = zlib as { zstdCompressSync?: (bytes: Buffer) => Buffer };
    const zstandard = file(schema, [block(1, zstdCompressSync?.(row) ?? row)], "zstandard");
    if (zstdCompressSync) expect(await read(zstandard, { name: true })).toEqual([{ name: "ab".repeat(20) }]);
    else await expect(read(zstandard, { name: true })).rejects.toThrow(/zstandard can be read only by Node.js 22.15/);
  });

  const simple = record({ a: "long" });
  const bomb = zlib.deflateRawSync(Buffer.alloc(300 << 20), { level: 1 });
  it.each<[string, Buffer, RegExp]>([
    ["no Avro at all", Buffer.from("PAR1 and so on"), /does not begin as Avro files do/],
    ["an empty file", Buffer.alloc(0), /runs past the end/],
    ["a file cut within a block", file(simple, [block(1, long(300))]).subarray(0, -17), /runs past the end/],
    ["a file cut within a sync marker", file(simple, [block(1, long(300))]).subarray(0, -1), /runs past the end/],
    ["another sync marker", file(simple, [block(1, long(3), Buffer.alloc(16))]), /sync marker/],
    ["fewer records than said", file(simple, [block(3, Buffer.concat([long(1), long(2)]))]), /more records than bytes/],
    ["more bytes than records", file(simple, [block(1, Buffer.concat([long(1), long(2)]))]), /more than its records/],
    ["a number of 80 bits", file(simple, [block(1, Buffer.alloc(11, 0xff))]), /longer than 64 bits/],
    ["a length below 0", file(record({ a: "string" }), [block(1, long(-5))]), /runs past the end/],
    ["no such branch", file(record({ a: ["null", "long"] }), [block(1, long(9))]), /no such branch/],
    ["an unknown type", file(record({ a: "toString" }), []), /unknown type "toString"/],
    ["another codec", file(simple, [], "bzip2"), /codec bzip2 can be read not here; rewrite it with gzip/],
    ["a Snappy block of another checksum", file(simple, [snappyBlock([1, 0, 8], 5)], "snappy"), /another checksum/],
    ["a Snappy block of nothing", file(simple, [block(0, Buffer.alloc(3))], "snappy"), /a block runs past the end/],
    ["a Snappy bomb", file(simple, [snappyBlock([255, 255, 255, 255, 7])], "snappy"), /2147483647 bytes are more than/],
    ["a broken schema", file("x", []), /unknown type "x"/],
    [
      "an array of more nothings than there are bytes",
      file(record({ a: { type: "array", items: "null" } }), [block(1, Buffer.concat([long(2n ** 40n), long(0)]))]),
      /an array runs past the end/,
    ],
    ["records of no bytes", file(record({}), [block(2 ** 31, Buffer.alloc(0))]), /more records than bytes/],
    ["a bomb", file(simple, [block(1, bomb)], "deflate"), /Cannot create a Buffer larger|ERR_BUFFER_TOO_LARGE/],
    [
      "a type within itself without end",
      file(record({ a: ["null", "r"] }), [block(1, Buffer.alloc(2_000_000, 2))]),
      /broken Avro file/,
    ],
  ])("refuses %s", async (_what, bytes, message) => {
    const error = await read(bytes, { a: true }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toMatch(/x\.avro: broken Avro file/);
  });

  it("gives the records or refuses, whatever happens to a manifest of PyIceberg", async () => {
    const manifest = await readFile(await only(`${GOLDEN}/iceberg/in`, /-m0\.avro$/));
    const wanted = { status: true, data_file: { file_path: true } } as const;
    const [{ data_file }] = await read(manifest, wanted);
    expect(data_file).toEqual({ file_path: expect.stringMatching(/^s3a:/) });
    const change = fc.tuple(fc.nat(manifest.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.nat(manifest.length),
        async (changes, end) => {
          const bytes = Buffer.from(manifest.subarray(0, end || undefined));
          for (const [i, value] of changes) if (i < bytes.length) bytes[i] = value;
          const got = await read(bytes, wanted).catch((error: unknown) => error);
          expect(Array.isArray(got) || got instanceof InputError).toBe(true);
        },
      ),
      { seed: 7, numRuns: 400 },
    );
  });

  it("takes no file without its end for a whole one", async () => {
    const manifest = await readFile(await only(`${GOLDEN}/iceberg/in`, /-m0\.avro$/));
    const whole = (await read(manifest, { status: true })).length;
    let headOnly = 0;
    for (let end = 0; end < manifest.length; end += 7) {
      const got = await read(manifest.subarray(0, end), { status: true }).catch(() => null);
      if (got) headOnly++;
      expect(got === null || got.length < whole).toBe(true);
    }
    expect(headOnly).toBeLessThanOrEqual(1);
  });
});
