import { InputError } from "../core/errors.js";
import { isoUtc } from "../core/time.js";
import { withTextFile } from "./text-file.js";
import type { OutputColumn, TableFormat } from "./types.js";
import { present, type RowAppender, rowsOf, withParquetFile } from "./write-parquet.js";

/** Format that a file name asks for by its extension. */
export function tableFormat(path: string): TableFormat {
  const match = /\.(parquet|csv|json)$/i.exec(path);
  if (!match) throw new InputError(`cannot tell the format of "${path}": end it in .parquet, .csv or .json`, { path });
  return match[1].toLowerCase() as TableFormat;
}

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

function csvHead(columns: readonly Pick<OutputColumn, "name">[]): string {
  return `${columns.map((column) => csvField(column.name)).join(",")}\r\n`;
}

function* csvRows(columns: readonly OutputColumn[]): Generator<string> {
  const rows = rowsOf(columns);
  for (let row = 0; row < rows; row++) yield `${columns.map((column) => csvCell(column, row)).join(",")}\r\n`;
}

/** @param before rows of the array that stand already */
function* jsonRows(columns: readonly OutputColumn[], before: number): Generator<string> {
  const rows = rowsOf(columns);
  const keys = columns.map((column) => `${JSON.stringify(column.name)}:`);
  for (let row = 0; row < rows; row++) {
    const cells = columns.map((column, c) => keys[c] + jsonCell(column, row));
    yield `${before + row > 0 ? "," : ""}\n{${cells.join(",")}}`;
  }
}

/** How a table is written: the format is that of the extension unless given, as it must be for a temporary path. */
export interface WriteTableOptions {
  format?: TableFormat;
  signal?: AbortSignal;
}

/**
 * Writes a table to exactly `path` from rows that `work` appends in any number of pieces, so that it is never in memory
 * as a whole: Parquet, CSV (RFC 4180) or JSON (an array of row objects). Times are ISO 8601 in CSV and JSON. The same
 * rows in the same pieces give the same bytes.
 */
export async function withTableFile<T>(
  path: string,
  columns: readonly Pick<OutputColumn, "name" | "type">[],
  options: WriteTableOptions,
  work: (append: RowAppender) => Promise<T>,
): Promise<T> {
  const format = options.format ?? tableFormat(path);
  if (format === "parquet") return withParquetFile(path, columns, options, work);
  return withTextFile(path, options, async (append) => {
    let written = 0;
    await append([format === "csv" ? csvHead(columns) : "["]);
    const result = await work(async (rows) => {
      await append(format === "csv" ? csvRows(rows) : jsonRows(rows, written));
      written += rowsOf(rows);
    });
    if (format === "json") await append(["\n]\n"]);
    return result;
  });
}

/** Writes columns to exactly `path`, as {@link withTableFile} does. */
export async function writeTable(
  path: string,
  columns: readonly OutputColumn[],
  options: WriteTableOptions = {},
): Promise<void> {
  rowsOf(columns);
  await withTableFile(path, columns, options, (append) => append(columns));
}

/** Writes text to exactly `path` as its pieces come, so that a large file is never one string. */
export async function writePieces(path: string, text: Iterable<string>, signal?: AbortSignal): Promise<void> {
  await withTextFile(path, { signal }, (append) => append(text));
}
