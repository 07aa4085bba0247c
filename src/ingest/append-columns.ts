import type { DuckDBAppender, DuckDBType, DuckDBVector } from "@duckdb/node-api";
import { duckDbApi } from "../engine/duckdb-api.js";

/** SQL types that can be appended. */
export type AppendType = "VARCHAR" | "DOUBLE" | "BIGINT" | "INTEGER" | "BOOLEAN" | "BLOB" | "TIMESTAMP" | "TIMESTAMPTZ";

/** A column of values on their way into a table. */
export interface AppendColumn {
  type: AppendType;
  /**
   * Value of row i: text, number, bigint or boolean by type, null for null; for the timestamps µs since the epoch as a
   * bigint.
   */
  at(row: number): string | number | bigint | boolean | null;
}

/** Most rows of one of DuckDB's chunks. */
const CHUNK = 2048;

interface TypedVector {
  items: BigInt64Array | Float64Array | Int32Array;
  validity: { setItemValid(row: number, valid: boolean): void };
}

function fill(vector: DuckDBVector, column: AppendColumn, from: number, rows: number): void {
  // Timestamp and number vectors take their raw values without an object for each.
  const raw = column.type !== "VARCHAR" && column.type !== "BOOLEAN" && column.type !== "BLOB";
  const { items, validity } = vector as unknown as TypedVector;
  for (let i = 0; i < rows; i++) {
    const value = column.at(from + i);
    if (!raw) (vector as DuckDBVector<string | boolean>).setItem(i, value as string | boolean | null);
    else if (value === null) validity.setItemValid(i, false);
    else items[i] = value as never;
  }
  (vector as unknown as { flush(): void }).flush();
}

/** Appends rows of columns through chunks of typed vectors. */
export async function appendColumns(
  appender: DuckDBAppender,
  columns: readonly AppendColumn[],
  rows: number,
  signal?: AbortSignal,
): Promise<void> {
  const api = duckDbApi();
  const types: Record<AppendType, DuckDBType> = {
    VARCHAR: api.VARCHAR,
    DOUBLE: api.DOUBLE,
    BIGINT: api.BIGINT,
    INTEGER: api.INTEGER,
    BOOLEAN: api.BOOLEAN,
    BLOB: api.BLOB,
    TIMESTAMP: api.TIMESTAMP,
    TIMESTAMPTZ: api.TIMESTAMPTZ,
  };
  const wanted = columns.map((column) => types[column.type]);
  for (let from = 0; from < rows; from += CHUNK) {
    signal?.throwIfAborted();
    const size = Math.min(CHUNK, rows - from);
    const chunk = api.DuckDBDataChunk.create(wanted, size);
    for (const [c, column] of columns.entries()) fill(chunk.getColumnVector(c), column, from, size);
    appender.appendDataChunk(chunk);
  }
}
