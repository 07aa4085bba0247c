import type { DuckDbEngine } from "../../../engine/duckdb.js";
import { type AppendColumn, appendColumns } from "../../append-columns.js";
import { checkCells, nameRule } from "../../check-cells.js";
import { textSql } from "../../column-sql.js";
import type { SqlTable } from "../../sql-table.js";
import { canonicalSql, isRespelledSql } from "./key-sql.js";
import { halves } from "./key-table.js";
import type { LoadedObjects } from "./load-objects.js";

/** Receives the strong edges between listed objects, in any order. */
export type EdgeSink = (src: Int32Array, dst: Int32Array, count: number) => Promise<void> | void;

export interface LoadedEdges {
  rows: number;
  weak: number;
  /** Strong edges between listed objects. */
  strong: number;
  /** Edges whose source is not listed. */
  unlistedSources: number;
  respelled: number;
  /** Edges from a listed object to one that is not, each once: the table `gc_dangling` (src, dst) of the edges' engine. */
  dangling: number;
}

/** The edges of no file. */
export const NO_EDGES: LoadedEdges = Object.freeze({
  rows: 0,
  weak: 0,
  strong: 0,
  unlistedSources: 0,
  respelled: 0,
  dangling: 0,
});

/** Keys of all objects beside their indexes: the table `gc_keys` of the edges' engine. */
async function copyKeys(
  { engine }: SqlTable,
  objects: DuckDbEngine,
  key: (id: string) => string,
  signal: AbortSignal | undefined,
): Promise<void> {
  await engine.run("CREATE TABLE gc_keys (key BIGINT, object INTEGER)");
  let done = 0;
  await engine.append("gc_keys", async (appender) => {
    for await (const { rows, columns } of objects.query(
      { sql: `SELECT ${key("id")} AS key FROM gc_objects` },
      { signal },
    )) {
      const keys = columns["key"].data as BigInt64Array;
      const first = done;
      const fields: AppendColumn[] = [
        { type: "BIGINT", at: (i) => keys[i] },
        { type: "INTEGER", at: (i) => first + i },
      ];
      await appendColumns(appender, fields, rows, signal);
      done += rows;
    }
  });
}

/** Makes `gc_dangling`: the edges are read again, for the texts of those that lead nowhere. */
async function createDangling(
  table: SqlTable,
  key: (id: string) => string,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { engine } = table;
  const [src, dst] = ["src", "dst"].map((name) => canonicalSql(textSql(table, table.column(name))));
  const sql = `CREATE TABLE gc_dangling AS SELECT DISTINCT src, dst
    FROM (SELECT ${src} AS src, ${dst} AS dst FROM ${table.relation}) e
    SEMI JOIN gc_keys s ON s.key = ${key("e.src")} ANTI JOIN gc_keys d ON d.key = ${key("e.dst")} ORDER BY 1, 2`;
  await engine.run(sql, { signal });
  const [{ rows }] = await engine.rows({ sql: "SELECT count(*) AS rows FROM gc_dangling" });
  return Number(rows);
}

/** What the lowest bits of an end's key say. */
const FLAG = Object.freeze({ weak: 1, respelled: 2 });

/** SQL of the key of an edge's end with {@link FLAG}s, null where it is missing. */
function endSql(id: string, key: (id: string) => string): string {
  const respelled = `CASE WHEN ${isRespelledSql(id)} THEN ${FLAG.respelled} ELSE 0 END`;
  // What most ids start with is told from all other spellings at once.
  return `CASE WHEN starts_with(${id}, 's3://') THEN ${key(id)} WHEN ${id} <> '' THEN ${key(canonicalSql(id))} + ${respelled} END`;
}

/** SQL of the ends `s` and `d` of all edges. */
function endsSql(table: SqlTable, key: (id: string) => string, weak: readonly string[]): string {
  const [src, dst, rel] = ["src", "dst", "rel"].map((name) => textSql(table, table.column(name)));
  const names = weak.map(table.engine.dialect.literal).join(", ");
  const isWeak = weak.length === 0 ? "" : ` + CASE WHEN ${rel} IN (${names}) THEN ${FLAG.weak} ELSE 0 END`;
  return `SELECT ${endSql(src, key)}${isWeak} AS s, ${endSql(dst, key)} AS d FROM ${table.relation}`;
}

interface Ends {
  flags: BigInt64Array;
  /** Objects, -1 for none. */
  objects: Int32Array;
}

/** Moves the strong edges between listed objects to the front; gives their number. */
function keepStrong(src: Ends, dst: Ends, found: LoadedEdges): number {
  const [{ words: sources, low }, { words: targets }] = [halves(src.flags), halves(dst.flags)];
  let count = 0;
  for (let i = 0, at = low; at < sources.length; i++, at += 2) {
    const [source, target] = [src.objects[i], dst.objects[i]];
    const flags = sources[at];
    if (((flags | targets[at]) & (FLAG.weak | FLAG.respelled)) !== 0) {
      if ((flags & FLAG.respelled) !== 0) found.respelled++;
      if ((targets[at] & FLAG.respelled) !== 0) found.respelled++;
      if ((flags & FLAG.weak) !== 0) found.weak++;
    }
    if (source < 0) found.unlistedSources++;
    else if (target < 0) found.dangling++;
    else if ((flags & FLAG.weak) === 0) {
      src.objects[count] = source;
      dst.objects[count++] = target;
    }
  }
  return count;
}

/**
 * Reads edges as pairs of object indexes: ids are looked up by the keys that tell all objects apart. An id that is not
 * listed but has the key of one that is can only add an edge, and so keep more.
 *
 * @param table columns `src`, `dst`, `rel`
 * @param engine holds `gc_objects`
 * @param options.weak `rel` of edges that do not keep alive
 * @throws InputError for a missing column, source or target
 */
export async function loadEdges(
  table: SqlTable,
  engine: DuckDbEngine,
  { key, keyTable }: Pick<LoadedObjects, "key" | "keyTable">,
  sink: EdgeSink,
  options: { weak: readonly string[]; signal?: AbortSignal; onRows?: (rows: number) => void },
): Promise<LoadedEdges> {
  const { weak, signal, onRows } = options;
  const found = { ...NO_EDGES };
  let [from, to] = [new Int32Array(0), new Int32Array(0)];
  for await (const { rows, columns } of table.engine.query({ sql: endsSql(table, key, weak) }, { signal })) {
    const { s, d } = columns;
    if (s.valid || d.valid) {
      const rules = ["src", "dst"].map((name) => nameRule(table, table.column(name), "an id"));
      await checkCells(table, rules, options);
    }
    if (from.length < rows) [from, to] = [new Int32Array(rows), new Int32Array(rows)];
    const [sources, targets] = [s.data as BigInt64Array, d.data as BigInt64Array];
    keyTable.find(sources, from);
    keyTable.find(targets, to);
    const count = keepStrong({ flags: sources, objects: from }, { flags: targets, objects: to }, found);
    await sink(from, to, count);
    found.rows += rows;
    found.strong += count;
    onRows?.(found.rows);
  }
  if (found.dangling > 0) {
    await copyKeys(table, engine, key, signal);
    found.dangling = await createDangling(table, key, signal);
  }
  return found;
}

/** A sink that fills arrays of edges, and what they hold in the end. */
export function edgeArrays(most: number): { sink: EdgeSink; src(): Int32Array; dst(): Int32Array } {
  const [src, dst] = [new Int32Array(most), new Int32Array(most)];
  let used = 0;
  return {
    sink(from, to, count) {
      src.set(from.subarray(0, count), used);
      dst.set(to.subarray(0, count), used);
      used += count;
    },
    src: () => src.subarray(0, used),
    dst: () => dst.subarray(0, used),
  };
}

/** A sink that fills the table `gc_unsorted` (src, dst) of an engine. */
export async function edgeSink(engine: DuckDbEngine, signal?: AbortSignal): Promise<EdgeSink> {
  await engine.run("CREATE TABLE gc_unsorted (src INTEGER, dst INTEGER)");
  return (src, dst, count) =>
    engine.append("gc_unsorted", (appender) =>
      appendColumns(
        appender,
        [src, dst].map((data) => ({ type: "INTEGER", at: (i) => data[i] })),
        count,
        signal,
      ),
    );
}
