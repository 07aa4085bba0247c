import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { InputError } from "../core/errors.js";
import { isoUtc } from "../core/time.js";
import type { OutputColumn, TableFormat } from "./types.js";
import { present, rowsOf, writeParquet } from "./write-parquet.js";

/** Format that a file name asks for by its extension. */
export function tableFormat(path: string): TableFormat {
  const match = /\.(parquet|csv|json)$/i.exec(path);
  if (!match) throw new InputError(`cannot tell the format of "${path}": end it in .parquet, .csv or .json`, { path });
  return match[1].toLowerCase() as TableFormat;
}

/** Characters that are written at a time. */
const PIECE = 1 << 16;

/** A cell as JSON: times are ISO 8601, whole numbers beyond 2^53 text. */
function jsonCell({ type, data }: OutputColumn, row: number): string {
  const value = data[row];
  if (!present(value)) return "null";
  if (type === "TIMESTAMP") return JSON.stringify(isoUtc(Number(value)));
  if (typeof value === "bigint") {
    return BigInt.asIntN(54, value) === value ? String(value) : JSON.stringify(String(value));
  }
  return JSON.stringify(type === "VARCHAR" ? String(value) : value);
}

/** A cell as CSV by RFC 4180: quoted when it holds a comma, quote or line break; null is an empty field. */
function csvCell({ type, data }: OutputColumn, row: number): string {
  const value = data[row];
  if (!present(value)) return "";
  const text = type === "TIMESTAMP" ? isoUtc(Number(value)) : String(value);
  return csvField(text);
}

function csvField(text: string): string {
  // An empty text is quoted to tell it from null.
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function* csv(columns: readonly OutputColumn[], rows: number): Generator<string> {
  yield `${columns.map((column) => csvField(column.name)).join(",")}\r\n`;
  for (let row = 0; row < rows; row++) yield `${columns.map((column) => csvCell(column, row)).join(",")}\r\n`;
}

function* json(columns: readonly OutputColumn[], rows: number): Generator<string> {
  const keys = columns.map((column) => `${JSON.stringify(column.name)}:`);
  yield "[";
  for (let row = 0; row < rows; row++) {
    const cells = columns.map((column, c) => keys[c] + jsonCell(column, row));
    yield `${row > 0 ? "," : ""}\n{${cells.join(",")}}`;
  }
  yield "\n]\n";
}

/**
 * Writes columns to exactly `path`: Parquet, CSV (RFC 4180) or JSON (an array of row objects). The format is that of
 * the extension unless given, as it must be for a temporary path. Times are ISO 8601 in CSV and JSON.
 */
export async function writeTable(
  path: string,
  columns: readonly OutputColumn[],
  options: { format?: TableFormat; signal?: AbortSignal } = {},
): Promise<void> {
  const format = options.format ?? tableFormat(path);
  if (format === "parquet") return writeParquet(path, columns, options);
  const rows = rowsOf(columns);
  const text = format === "csv" ? csv(columns, rows) : json(columns, rows);
  await writePieces(path, text, options.signal);
}

/** Writes text to exactly `path` as its pieces come, so that a large file is never one string. */
export async function writePieces(path: string, text: Iterable<string>, signal?: AbortSignal): Promise<void> {
  await pipeline(Readable.from(joined(text)), createWriteStream(path), { signal });
}

/** Fewer, larger pieces: a stream pays for each. */
function* joined(text: Iterable<string>): Generator<string> {
  let piece = "";
  for (const part of text) {
    piece += part;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = "";
  }
  if (piece) yield piece;
}
