import * as zlib from "node:zlib";
import type { Batch, Column, DataType } from "@uwdata/flechette";
import { FleetlensError, InputError } from "../core/errors.js";
import type { DuckDbEngine } from "../engine/duckdb.js";
import { type AppendColumn, type AppendType, appendColumns } from "./append-columns.js";
import { arrowMessages } from "./arrow-messages.js";
import type { ResolvedFile } from "./input-files.js";
import { decodeLz4Frame, MOST_DECODED } from "./lz4-frame.js";
import { type ReadTableOptions, requireColumns, wantedColumns, withFileName } from "./sql-table.js";

type Flechette = typeof import("@uwdata/flechette");
type Unzstd = (data: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;
type At = AppendColumn["at"];
/** How one record batch's column becomes SQL values. */
interface Conversion {
  type: AppendType;
  reader(batch: Batch<unknown>, column: string): At;
}

/** Whole µs of a raw time value. */
const MICROS: readonly ((value: bigint) => bigint)[] = [
  (s) => s * 1_000_000n,
  (ms) => ms * 1000n,
  (us) => us,
  (ns) => (ns - (((ns % 1000n) + 1000n) % 1000n)) / 1000n,
];

/** A typed array would wrap a number that is too large instead of failing. */
function signed64(value: bigint): bigint {
  if (BigInt.asIntN(64, value) !== value) throw new InputError(`${value} does not fit a signed 64-bit integer`);
  return value;
}

function times(type: AppendType, micros: (value: bigint) => bigint): Conversion {
  return {
    type,
    reader({ values }) {
      const raw = values as BigInt64Array | Int32Array;
      return (i) => micros(BigInt(raw[i]));
    },
  };
}

/** Beyond it a double does not hold every whole number. */
const EXACT = 2n ** 53n;

/** Decimals come as whole numbers of their last digit. */
function decimals(scale: number): Conversion {
  const most = EXACT * 10n ** BigInt(scale);
  return {
    type: "DOUBLE",
    reader: (batch, column) => (i) => {
      const units = BigInt(batch.value(i) as number | bigint);
      const value = `${units}e-${scale}`;
      if (units >= -most && units <= most) return Number(value);
      throw new InputError(`column "${column}" has the decimal ${value}, which a number would round; make it text`, {
        column,
      });
    },
  };
}

/** A level of a dictionary is no raw value of its batch. */
function ofDictionary(arrow: Flechette, type: DataType): Conversion | null {
  const found = conversionOf(arrow, type);
  if (type.typeId === arrow.Type.Int) {
    return { type: "BIGINT", reader: (batch) => (i) => signed64(BigInt(batch.value(i) as number | bigint)) };
  }
  return found?.type.startsWith("TIMESTAMP") ? null : found;
}

const numbers: Conversion = { type: "DOUBLE", reader: (batch) => (i) => batch.value(i) as number };
const texts: Conversion = { type: "VARCHAR", reader: (batch) => (i) => String(batch.value(i)) };

function conversionOf(arrow: Flechette, type: DataType): Conversion | null {
  const { Type, DateUnit } = arrow;
  switch (type.typeId) {
    case Type.Int:
      return {
        type: "BIGINT",
        reader: ({ values }) => {
          const raw = values as BigInt64Array | BigUint64Array | Int32Array;
          return (i) => signed64(BigInt(raw[i]));
        },
      };
    case Type.Float:
      return numbers;
    case Type.Bool:
      return { type: "BOOLEAN", reader: (batch) => (i) => batch.value(i) as boolean };
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
      return texts;
    case Type.Dictionary:
      return ofDictionary(arrow, type.dictionary);
    case Type.Decimal:
      return decimals(type.scale);
    case Type.Null:
      return { type: "DOUBLE", reader: () => () => null };
    case Type.Timestamp:
      return times(type.timezone ? "TIMESTAMPTZ" : "TIMESTAMP", MICROS[type.unit]);
    case Type.Date:
      return times("TIMESTAMP", type.unit === DateUnit.DAY ? (days) => days * 86_400_000_000n : MICROS[1]);
    default:
      return null;
  }
}

function appendable(
  column: Column<unknown>,
  batch: Batch<unknown>,
  conversion: Conversion,
  rows: number,
  name: string,
): AppendColumn {
  if (batch.length !== rows) throw new RangeError(`column of ${batch.length} values in a batch of ${rows} rows`);
  const at = conversion.reader(batch, name);
  // A column of nulls has no bits for them.
  const hasNulls = column.nullCount > 0 && batch.validity !== undefined;
  return { type: conversion.type, at: (i) => (hasNulls && !batch.isValid(i) ? null : at(i)) };
}

/** Flechette with decoders for compressed record batches; Zstandard comes with Node 22.15 and later. */
async function withCodecs(): Promise<Flechette> {
  const arrow = await import("@uwdata/flechette");
  const encode = (): never => {
    throw new InputError("compressed Arrow files are read, not written");
  };
  const unzstd = (zlib as unknown as Record<string, Unzstd | undefined>)["zstdDecompressSync"];
  const decodeZstd = (data: Uint8Array): Uint8Array => {
    if (unzstd) return unzstd(data, { maxOutputLength: MOST_DECODED });
    throw new InputError(
      'it is compressed with Zstandard, which Node.js decodes from 22.15 on; write it with compression="lz4" or none',
    );
  };
  arrow.setCompressionCodec(arrow.CompressionType.LZ4_FRAME, { encode, decode: decodeLz4Frame });
  arrow.setCompressionCodec(arrow.CompressionType.ZSTD, { encode, decode: decodeZstd });
  return arrow;
}

/** What stands for a type that is not read: no reader takes it for anything. */
const UNREAD = "BLOB";

/**
 * Loads Arrow IPC files (Feather 2) into a table, one record batch at a time; returns the rows of each file. Columns that
 * cannot be read (lists, structures, bytes) are empty there and of a type that is of no use, as those of Parquet are;
 * where they were asked for they are refused.
 */
export async function loadArrow(
  engine: DuckDbEngine,
  files: readonly ResolvedFile[],
  target: string,
  options: ReadTableOptions,
): Promise<number[]> {
  const arrow = await withCodecs();
  const counts: number[] = [];
  let wanted: readonly string[] | null = null;
  let types: (AppendType | null)[] | null = null;
  for (const file of files) {
    const context: Uint8Array[] = [];
    let rows = 0;
    try {
      for await (const { kind, bytes } of arrowMessages(file.path, file.name)) {
        if (kind !== "batch") context.push(bytes);
        if (kind === "dictionary") continue;
        const table = arrow.tableFromIPC(kind === "batch" ? [...context, bytes] : [bytes], { useDecimalInt: true });
        const names = table.schema.fields.map((one) => one.name);
        wanted ??= wantedColumns(names, options);
        requireColumns(wanted, names, file.name);
        const conversions = wanted.map((name) => {
          const { type } = table.schema.fields[names.indexOf(name)];
          const found = conversionOf(arrow, type);
          if (found || !options.columns) return found;
          throw new InputError(
            `${file.name}: column "${name}" has an Arrow type that cannot be read; cast it to text or a number`,
            {
              file: file.name,
              column: name,
            },
          );
        });
        const found = conversions.map((conversion) => conversion?.type ?? null);
        if (types === null) {
          types = found;
          const columns = wanted.map((name, i) => `${engine.dialect.ident(name)} ${found[i] ?? UNREAD}`).join(", ");
          await engine.run(`CREATE TABLE ${target} (${columns})`);
        } else if (types.join() !== found.join()) {
          throw new InputError(`${file.name}: its columns have other types than those of ${files[0].name}`, {
            file: file.name,
          });
        }
        if (kind === "schema" || table.numRows === 0) continue;
        const columns = wanted.map((name, i): AppendColumn => {
          const conversion = conversions[i];
          if (!conversion) return { type: UNREAD, at: () => null };
          const column = table.getChild(name);
          return appendable(column, column.data[0], conversion, table.numRows, name);
        });
        await engine.append(target, (appender) => appendColumns(appender, columns, table.numRows, options.signal));
        rows += table.numRows;
      }
    } catch (error) {
      if (options.signal?.aborted) throw error;
      if (error instanceof FleetlensError) throw withFileName(error, [file]);
      const why = (error as Error).message;
      throw new InputError(
        `${file.name}: not a readable Arrow IPC file: ${why}`,
        { file: file.name },
        { cause: error },
      );
    }
    if (types === null)
      throw new InputError(`${file.name}: not a readable Arrow IPC file: it has no schema`, { file: file.name });
    counts.push(rows);
  }
  return counts;
}
