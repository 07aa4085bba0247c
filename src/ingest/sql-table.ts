import type { InputFile } from "../core/demand.js";
import { InputError } from "../core/errors.js";
import type { DuckDbEngine } from "../engine/duckdb.js";
import type { ResolvedFile } from "./input-files.js";
import type { ReadOptions } from "./types.js";

/** What a column's SQL type means to a reader. */
export type ColumnKind = "integer" | "float" | "text" | "timestamp" | "boolean" | "other";

export interface TableColumn {
  name: string;
  /** SQL type. */
  type: string;
  kind: ColumnKind;
  /** Quoted identifier. */
  sql: string;
}

/** A row found by {@link SqlTable.find}. */
export interface FoundRow {
  file: string;
  /** 1-based; a CSV file's header does not count. */
  row: number;
  /** Text of the columns asked for, by name. */
  values: Record<string, string | null>;
}

/** Files as one SQL relation. Close it when done. */
export interface SqlTable {
  readonly engine: DuckDbEngine;
  readonly files: readonly ResolvedFile[];
  readonly columns: readonly TableColumn[];
  /** Stands after FROM. */
  readonly relation: string;
  /** @throws InputError listing the columns there are */
  column(name: string): TableColumn;
  /** First rows, in file order, that satisfy an SQL condition; `show` are the columns whose text is wanted. */
  find(condition: string, show: readonly TableColumn[], limit?: number): Promise<FoundRow[]>;
  /** What there is to say of how the files were read. */
  readonly warnings: readonly string[];
  /**
   * Only of Prometheus' answers: makes a relation of one row a queue (a label) and instant, in which the series of a query
   * are added up, GPUs that DCGM lists one by one counted.
   */
  sumByQueue?(queue: string): Promise<string>;
  /** Rows and SHA-256 of each file. */
  inputs(): Promise<InputFile[]>;
  close(): Promise<void>;
}

/** Options of `readTable`. */
export interface ReadTableOptions extends ReadOptions {
  /** Columns that will be needed; the default is all of them. */
  columns?: readonly string[];
  /** Columns besides `columns` that are wanted where the first file has them. */
  optional?: readonly string[];
  /**
   * Parquet files may differ in their columns: those that are not in `columns` may be missing in some. A needed column whose
   * types differ gets one that holds them all, be this given or not.
   */
  unify?: boolean;
  /** Files that statements may write besides. */
  writes?: readonly string[];
}

/** Kind of an SQL type. */
export function columnKind(type: string): ColumnKind {
  if (/^U?(TINY|SMALL|BIG|HUGE)INT$|^U?INTEGER$/.test(type)) return "integer";
  if (/^(FLOAT|DOUBLE|DECIMAL\(.*\))$/.test(type)) return "float";
  if (/^(VARCHAR|UUID|JSON|ENUM\(.*\))$/s.test(type)) return "text";
  if (/^(TIMESTAMP( WITH TIME ZONE|_S|_MS|_NS)?|DATE)$/.test(type)) return "timestamp";
  return type === "BOOLEAN" ? "boolean" : "other";
}

/** The error for a column that is not there: it names those that are. */
export function missingColumn(name: string, columns: readonly string[], file: string): InputError {
  const near = columns.find((column) => column.toLowerCase() === name.toLowerCase());
  const hint = near ? ` (did you mean "${near}"?)` : "";
  const shown = columns.slice(0, 40).map((column) => `"${column}"`);
  const more = columns.length > 40 ? `, … (${columns.length} in all)` : "";
  return new InputError(`${file}: no column "${name}"${hint}; the columns are: ${shown.join(", ")}${more}`, {
    file,
    column: name,
    columns: columns.slice(0, 1000),
  });
}

/** Columns to load of a file that has `present`: all, unless some were named. */
export function wantedColumns(present: readonly string[], { columns, optional = [] }: ReadTableOptions): string[] {
  if (!columns) return [...present];
  return [...new Set([...columns, ...optional.filter((name) => present.includes(name))])];
}

/** @throws InputError for the first wanted column that is not present */
export function requireColumns(wanted: readonly string[], present: readonly string[], file: string): void {
  for (const name of wanted) if (!present.includes(name)) throw missingColumn(name, present, file);
}

/** Gives an engine's complaint about a file the name that the user knows it by. */
export function withFileName(error: unknown, files: readonly ResolvedFile[]): unknown {
  if (!(error instanceof InputError) || isElsewhere(error)) return error;
  const file = files.find((one) => error.message.includes(one.path)) ?? (files.length === 1 ? files[0] : undefined);
  if (!file) return error;
  const message = error.message.replaceAll(file.path, file.name);
  const text = message.includes(file.name) ? message : `${file.name}: ${message}`;
  return new InputError(text, { ...error.details, file: file.name }, { cause: error });
}

/** An option that makes no sense, or an output that cannot be written, is no fault of a file that is read. */
export function isElsewhere({ details }: InputError): boolean {
  return details["option"] !== undefined || details["target"] !== undefined;
}

/** SQL that selects columns as text under their own names, each after a comma. */
export function asText(columns: readonly TableColumn[]): string {
  return columns.map((column) => `, CAST(${column.sql} AS VARCHAR) AS ${column.sql}`).join("");
}
