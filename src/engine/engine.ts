import type { Dialect } from "./dialect.js";

/** A value that may be bound to a query. */
export type Cell = string | bigint | number | boolean | null;

/** One statement; `$1`, `$2`, … in the text stand for the parameters. Identifiers come from {@link Dialect}. */
export interface SqlQuery {
  sql: string;
  params?: readonly Cell[];
}

/**
 * One column of a {@link Batch}. Whole numbers, booleans (0/1), and times (µs since the epoch, UTC) arrive as
 * BigInt64Array, floating point as Float64Array, text as string[]. At nulls `data` holds 0, NaN or "".
 */
export interface BatchColumn {
  data: BigInt64Array | Float64Array | string[];
  /** 1 = there is a value, 0 = null; null when the batch has no nulls in this column. */
  valid: Uint8Array | null;
  /** DECIMAL only: the value is `data[i] / 10 ** scale`. */
  scale?: number;
}

/** A few thousand rows of a result, as typed-array columns that the caller owns. */
export interface Batch {
  rows: number;
  columns: Record<string, BatchColumn>;
}

/** One small SQL interface; divisions and floating-point sums belong in TypeScript so that engines agree to the bit. */
export interface Engine {
  readonly name: "duckdb" | "spark" | "trino";
  readonly dialect: Dialect;
  readonly version: string;
  /**
   * Streams the result of a statement in batches.
   *
   * @throws InputError when the data or the names in the statement are at fault (missing column, corrupt file,
   *   conversion, overflow), EngineError when the engine gave up (memory, disk), the signal's reason when aborted
   */
  query(query: SqlQuery, options?: { signal?: AbortSignal }): AsyncIterable<Batch>;
  close(): Promise<void>;
}

/** Bounds of an engine; what is not given is {@link DEFAULT_ENGINE_OPTIONS}. */
export interface EngineOptions {
  /** Memory limit, e.g. `512MB`, `1GB`. */
  memory?: string;
  /** Default: the machine's, but at most 8. Results do not depend on it. */
  threads?: number;
  /** Folder in which a fresh one is made for what sorts and groups spill, removed on close; default the system's. */
  tempDirectory?: string;
  /** Most that may be spilled. */
  maxTempSize?: string;
  /** Directories that statements may read and write; everything else is refused. */
  allowedDirectories?: readonly string[];
  /** Single files that statements may read and write. */
  allowedFiles?: readonly string[];
  /** Lets statements read http(s) and s3 paths, which makes DuckDB download its httpfs extension. */
  allowRemote?: boolean;
}

export const DEFAULT_ENGINE_OPTIONS = Object.freeze({ memory: "1GB", maxThreads: 8, maxTempSize: "20GB" });
