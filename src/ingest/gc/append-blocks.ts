import type { DuckDbEngine } from "../../engine/duckdb.js";
import { duckDbApi } from "../../engine/duckdb-api.js";

/** Most rows of one of DuckDB's chunks. */
const CHUNK = 2048;

/** A column of numbers on its way into a table: never null. */
export interface BlockColumn {
  type: "INTEGER" | "BIGINT" | "DOUBLE";
  /** Values of the rows from `from` to `to` - 1. */
  block(from: number, to: number): Int32Array | BigInt64Array | Float64Array;
}

/** A column of the values of an array. */
export function arrayColumn(values: Int32Array | BigInt64Array): BlockColumn {
  return {
    type: values instanceof Int32Array ? "INTEGER" : "BIGINT",
    block: (from, to) => values.subarray(from, to),
  };
}

/** A column of the values of a function. */
export function computedColumn(type: "INTEGER" | "DOUBLE", at: (row: number) => number): BlockColumn {
  const values = new (type === "INTEGER" ? Int32Array : Float64Array)(CHUNK);
  return {
    type,
    block(from, to) {
      for (let i = from; i < to; i++) values[i - from] = at(i);
      return values.subarray(0, to - from);
    },
  };
}

/** Makes a table of numbers, in blocks through one chunk: a tenth of the time that it takes value by value. */
export async function createNumberTable(
  engine: DuckDbEngine,
  name: string,
  columns: Readonly<Record<string, BlockColumn>>,
  rows: number,
  signal?: AbortSignal,
): Promise<void> {
  const api = duckDbApi();
  const all = Object.values(columns);
  const types = all.map(({ type }) => api[type]);
  await engine.run(
    `CREATE TABLE ${name} (${Object.entries(columns).map(([column, { type }]) => `${column} ${type}`)})`,
  );
  await engine.append(name, (appender) => {
    let chunk = api.DuckDBDataChunk.create(types, Math.min(CHUNK, rows));
    for (let from = 0; from < rows; from += CHUNK) {
      signal?.throwIfAborted();
      const to = Math.min(from + CHUNK, rows);
      if (chunk.rowCount !== to - from) chunk = api.DuckDBDataChunk.create(types, to - from);
      for (const [i, column] of all.entries()) {
        const vector = chunk.getColumnVector(i) as unknown as { items: Float64Array; flush(): void };
        vector.items.set(column.block(from, to) as Float64Array);
        vector.flush();
      }
      appender.appendDataChunk(chunk);
    }
  });
}
