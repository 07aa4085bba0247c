import type { Batch, Engine, SqlQuery } from "./engine.js";

/** A row of a small result: nulls as null, whole numbers as bigint. */
export type Row = Record<string, string | number | bigint | null>;

function rowsOf({ rows, columns }: Batch): Row[] {
  const entries = Object.entries(columns);
  return Array.from({ length: rows }, (_, i) =>
    Object.fromEntries(entries.map(([name, { data, valid }]) => [name, !valid || valid[i] ? data[i] : null])),
  );
}

/** All rows of a small result. */
export async function collectRows(
  engine: Pick<Engine, "query">,
  query: SqlQuery,
  options?: { signal?: AbortSignal },
): Promise<Row[]> {
  const all: Row[] = [];
  for await (const batch of engine.query(query, options)) all.push(...rowsOf(batch));
  return all;
}
