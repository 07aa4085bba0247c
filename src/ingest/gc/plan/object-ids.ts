import type { DuckDbEngine } from "../../../engine/duckdb.js";
import { appendColumns } from "../../append-columns.js";

/** Streams the ids of objects by their indexes, in the order given. */
export async function* objectIds(
  engine: DuckDbEngine,
  objects: Int32Array,
  signal?: AbortSignal,
): AsyncGenerator<string[]> {
  if (objects.length === 0) return;
  await engine.run("CREATE OR REPLACE TABLE gc_wanted (place INTEGER, object INTEGER)");
  await engine.append("gc_wanted", (appender) =>
    appendColumns(
      appender,
      [
        { type: "INTEGER", at: (i) => i },
        { type: "INTEGER", at: (i) => objects[i] },
      ],
      objects.length,
      signal,
    ),
  );
  const sql = "SELECT o.id FROM gc_wanted w JOIN gc_objects o ON o.rowid = w.object ORDER BY w.place";
  for await (const { columns } of engine.query({ sql }, { signal })) yield columns["id"].data as string[];
}

/** All of {@link objectIds}, for few objects. */
export async function listIds(engine: DuckDbEngine, objects: Int32Array, signal?: AbortSignal): Promise<string[]> {
  const ids: string[] = [];
  for await (const some of objectIds(engine, objects, signal)) ids.push(...some);
  return ids;
}
