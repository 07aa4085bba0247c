import * as zlib from "node:zlib";
import { z } from "zod";
import { checked, fileError, MOST_BYTES, readBytes, type SourceRoot } from "./source-files.js";
import { unpackSnappy } from "./unpack-snappy.js";

/** Fields that are wanted of a record: `true` for a value, an object for those of a record within. */
export interface AvroFields {
  [field: string]: true | AvroFields;
}

/** A record as read: whole numbers are bigint, bytes are left out. */
export type AvroRecord = Record<string, unknown>;

interface NamedSchema {
  type: string | NamedSchema;
  name?: string;
  fields?: { name: string; type: Schema }[];
  items?: Schema;
  values?: Schema;
  symbols?: string[];
  size?: number;
}
type Schema = string | Schema[] | NamedSchema;

/** Reads bytes from the front; nothing beyond the end. */
interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

function take(cursor: Cursor, length: number): Buffer {
  if (!(length >= 0 && length <= cursor.bytes.length - cursor.at)) throw new RangeError("a value runs past the end");
  cursor.at += length;
  return cursor.bytes.subarray(cursor.at - length, cursor.at);
}

function takeByte(cursor: Cursor): number {
  if (cursor.at >= cursor.bytes.length) throw new RangeError("a value runs past the end");
  return cursor.bytes[cursor.at++];
}

/** Zig-zag number of variable length. */
function takeLong(cursor: Cursor): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = takeByte(cursor);
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return (value >> 1n) ^ -(value & 1n);
  }
  throw new RangeError("a number is longer than 64 bits");
}

/** The same for a length or count, which fits a double. */
function takeLength(cursor: Cursor): number {
  let value = 0;
  for (let factor = 1; factor < 2 ** 49; factor *= 128) {
    const byte = takeByte(cursor);
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
  throw new RangeError("a length runs past the end");
}

const takeText = (cursor: Cursor): string => take(cursor, takeLength(cursor)).toString("utf8");

/** Reads a value, or passes over it and gives undefined. */
type Reader = (cursor: Cursor) => unknown;

function passOver(length: (cursor: Cursor) => number): Reader {
  return (cursor) => {
    take(cursor, length(cursor));
  };
}

const PRIMITIVES: Record<string, Reader> = {
  null: () => null,
  boolean: (cursor) => takeByte(cursor) === 1,
  int: takeLong,
  long: takeLong,
  float: passOver(() => 4),
  double: passOver(() => 8),
  bytes: passOver(takeLength),
  string: takeText,
};

/** Arrays and maps come in blocks; a negative count is followed by the size of the block in bytes. */
function blocksReader(item: Reader): Reader {
  return (cursor) => {
    const items: unknown[] = [];
    for (let count = takeLength(cursor); count !== 0; count = takeLength(cursor)) {
      if (count < 0) takeLength(cursor);
      // Items of no bytes could be as many as a hostile file says.
      if (Math.abs(count) > cursor.bytes.length - cursor.at) throw new RangeError("an array runs past the end");
      for (let i = 0; i < Math.abs(count); i++) items.push(item(cursor));
    }
    return items;
  };
}

/** Readers of the named types of a schema, by name; a type may name itself. */
type Known = Map<string, (cursor: Cursor) => unknown>;

function recordReader(schema: NamedSchema, wanted: AvroFields, known: Known): Reader {
  const fields: { name: string; read: Reader; keep: boolean }[] = [];
  const reader: Reader = (cursor) => {
    const record: AvroRecord = {};
    for (const { name, read, keep } of fields) {
      const value = read(cursor);
      if (keep) record[name] = value;
    }
    return record;
  };
  known.set(schema.name ?? "", reader);
  for (const { name, type } of schema.fields ?? []) {
    const want = Object.hasOwn(wanted, name) ? wanted[name] : undefined;
    fields.push({ name, read: readerOf(type, typeof want === "object" ? want : {}, known), keep: want !== undefined });
  }
  return reader;
}

function unionReader(branches: readonly Reader[]): Reader {
  return (cursor) => {
    const branch = branches[takeLength(cursor)];
    if (!branch) throw new RangeError("a union has no such branch");
    return branch(cursor);
  };
}

function readerOf(schema: Schema, wanted: AvroFields, known: Known): Reader {
  if (Array.isArray(schema)) return unionReader(schema.map((branch) => readerOf(branch, wanted, known)));
  if (typeof schema === "string") {
    const reader = Object.hasOwn(PRIMITIVES, schema) ? PRIMITIVES[schema] : known.get(schema);
    if (!reader) throw new RangeError(`unknown type "${schema}"`);
    return reader;
  }
  const { type, name = "", items = "null", values = "null", size = Number.NaN } = schema;
  if (type === "record") return recordReader(schema, wanted, known);
  if (type === "array") return blocksReader(readerOf(items, wanted, known));
  if (type === "map") {
    const value = readerOf(values, wanted, known);
    return blocksReader((cursor) => [takeText(cursor), value(cursor)]);
  }
  if (type !== "fixed" && type !== "enum") return readerOf(type, wanted, known);
  const reader = type === "fixed" ? passOver(() => size) : takeLong;
  known.set(name, reader);
  return reader;
}

const Text = z.string();

/** Metadata of the file and the position after it. */
function readHeader(cursor: Cursor): { meta: Map<string, Buffer>; sync: Buffer } {
  if (take(cursor, 4).toString("latin1") !== "Obj\u0001") throw new RangeError("it does not begin as Avro files do");
  const meta = new Map<string, Buffer>();
  blocksReader((at) => meta.set(takeText(at), take(at, takeLength(at))))(cursor);
  return { meta, sync: take(cursor, 16) };
}

/** A Snappy block, which a CRC-32 of what it holds follows. */
function snappy(block: Buffer): Buffer {
  if (block.length < 4) throw new RangeError("a block runs past the end");
  const bytes = unpackSnappy(block.subarray(0, -4), MOST_BYTES);
  if (zlib.crc32(bytes) !== block.readUInt32BE(block.length - 4)) throw new RangeError("a block has another checksum");
  return bytes;
}

type Unpack = (block: Buffer) => Buffer;

/** Node has Zstandard from version 22.15 on. */
const { zstdDecompressSync } = zlib as { zstdDecompressSync?: typeof zlib.inflateRawSync };

const CODECS: Readonly<Record<string, Unpack | undefined>> = {
  null: (block) => block,
  deflate: (block) => zlib.inflateRawSync(block, { maxOutputLength: MOST_BYTES }),
  snappy,
  zstandard: zstdDecompressSync && ((block) => zstdDecompressSync(block, { maxOutputLength: MOST_BYTES })),
};

function unpacker(codec: string): Unpack {
  const unpack = Object.hasOwn(CODECS, codec) ? CODECS[codec] : undefined;
  if (unpack) return unpack;
  const why = codec === "zstandard" ? `only by Node.js 22.15 or later, this is ${process.version}` : "not here";
  throw new RangeError(`codec ${codec} can be read ${why}; rewrite it with gzip (deflate)`);
}

/**
 * Records of an Avro object container file, with the fields wanted; a field that the file lacks is undefined.
 *
 * The whole file is checked: a block cut short, one that holds more or fewer bytes than its records, and a wrong sync
 * marker are refused. (Apache Avro 1.11 specification, "Object Container Files"; codecs `null`, `deflate`, `snappy` and,
 * where Node has it, `zstandard`. The package avsc 5.7.9 ends without an error where a file was cut short, which here
 * would lose edges.)
 *
 * @throws InputError naming the file
 */
export async function readAvro(
  root: SourceRoot,
  file: string,
  wanted: AvroFields,
): Promise<{ records: AvroRecord[]; bytes: number }> {
  const { buffer, byteOffset, byteLength } = await readBytes(root, file);
  const cursor: Cursor = { bytes: Buffer.from(buffer, byteOffset, byteLength), at: 0 };
  try {
    const { meta, sync } = readHeader(cursor);
    const codec = meta.get("avro.codec")?.toString() ?? "null";
    const unpack = unpacker(codec);
    const schema = JSON.parse(checked(root, file, Text, meta.get("avro.schema")?.toString())) as Schema;
    const read = readerOf(schema, wanted, new Map());
    const records: AvroRecord[] = [];
    while (cursor.at < cursor.bytes.length) {
      const count = takeLength(cursor);
      const block: Cursor = { bytes: unpack(take(cursor, takeLength(cursor))), at: 0 };
      if (!take(cursor, 16).equals(sync)) throw new RangeError("a block does not end in the sync marker");
      if (count < 0 || count > block.bytes.length) throw new RangeError("a block says it has more records than bytes");
      for (let i = 0; i < count; i++) records.push(read(block) as AvroRecord);
      if (block.at !== block.bytes.length) throw new RangeError("a block holds more than its records");
    }
    return { records, bytes: cursor.bytes.length };
  } catch (cause) {
    if (cause instanceof Error && cause.name === "InputError") throw cause;
    throw fileError(root, file, `broken Avro file (${(cause as Error).message}); copy it again`, cause);
  }
}
