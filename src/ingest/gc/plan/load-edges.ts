import type { DuckDbEngine } from "../../../engine/duckdb.js";
import { type AppendColumn, appendColumns } from "../../append-columns.js";
import { checkCells, nameRule } from "../../check-cells.js";
import { textSql } from "../../column-sql.js";
import type { SqlTable } from "../../sql-table.js";
import { canonicalSql, isRespelledSql } from "./key-sql.js";

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

/** What is said of an id beside its object. */
const FLAG = Object.freeze({ weak: 1, respelled: 2, missing: 4 });

/** Ends of a batch of edges: eight times the object, -1 for none, and {@link FLAG}s. */
interface Ends {
  s: BigInt64Array;
  d: BigInt64Array;
}

const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Writes the strong edges between listed objects to `from` and `to`; gives their number, -1 when an edge lacks an end. */
function keepStrong({ s, d }: Ends, from: Int32Array, to: Int32Array, found: LoadedEdges): number {
  // A BigInt for each would take several times as long.
  const [sources, targets] = [s, d].map((ends) => new Int32Array(ends.buffer, ends.byteOffset, 2 * ends.length));
  const [lower, upper] = IS_LITTLE_ENDIAN ? [0, 1] : [1, 0];
  let count = 0;
  for (let at = 0; at < sources.length; at += 2) {
    const source = (sources[at + lower] >>> 3) | (sources[at + upper] << 29);
    const target = (targets[at + lower] >>> 3) | (targets[at + upper] << 29);
    const flags = sources[at + lower] & 7;
    const targetFlags = targets[at + lower] & 7;
    if ((flags | targetFlags) !== 0) {
      if (((flags | targetFlags) & FLAG.missing) !== 0) return -1;
      if ((flags & FLAG.respelled) !== 0) found.respelled++;
      if ((targetFlags & FLAG.respelled) !== 0) found.respelled++;
      if ((flags & FLAG.weak) !== 0) found.weak++;
    }
    if (source < 0) found.unlistedSources++;
    else if (target < 0) found.dangling++;
    else if ((flags & FLAG.weak) === 0) {
      from[count] = source;
      to[count++] = target;
    }
  }
  return count;
}

/** SQL of all edges, for {@link keepStrong}. */
function endsSql(table: SqlTable, key: (id: string) => string, weak: readonly string[]): string {
  const [src, dst, rel] = ["src", "dst", "rel"].map((name) => textSql(table, table.column(name)));
  const flags = (id: string): string =>
    `CASE WHEN ${id} IS NULL OR ${id} = '' THEN ${FLAG.missing} WHEN ${isRespelledSql(id)} THEN ${FLAG.respelled} ELSE 0 END`;
  const names = weak.map(table.engine.dialect.literal).join(", ");
  const isWeak = weak.length === 0 ? "0" : `CASE WHEN ${rel} IN (${names}) THEN ${FLAG.weak} ELSE 0 END`;
  return `SELECT CAST(coalesce(s.object, -1) AS BIGINT) * 8 + e.sf AS s, CAST(coalesce(d.object, -1) AS BIGINT) * 8 + e.df AS d
    FROM (SELECT ${key(canonicalSql(src))} AS sk, ${key(canonicalSql(dst))} AS dk, ${flags(src)} + ${isWeak} AS sf, ${flags(dst)} AS df
      FROM ${table.relation}) e
    LEFT JOIN gc_keys s ON s.key = e.sk LEFT JOIN gc_keys d ON d.key = e.dk`;
}

/**
 * Reads edges as pairs of object indexes: ids are joined by the keys that tell all objects apart. An id that is not
 * listed but has the key of one that is can only add an edge, and so keep more.
 *
 * @param table columns `src`, `dst`, `rel`
 * @param objects holds `gc_objects`
 * @param options.weak `rel` of edges that do not keep alive
 * @throws InputError for a missing column, source or target
 */
export async function loadEdges(
  table: SqlTable,
  objects: DuckDbEngine,
  key: (id: string) => string,
  sink: EdgeSink,
  options: { weak: readonly string[]; signal?: AbortSignal; onRows?: (rows: number) => void },
): Promise<LoadedEdges> {
  const { weak, signal, onRows } = options;
  const sql = endsSql(table, key, weak);
  await copyKeys(table, objects, key, signal);
  const found = { ...NO_EDGES };
  let [from, to] = [new Int32Array(0), new Int32Array(0)];
  for await (const { rows, columns } of table.engine.query({ sql }, { signal })) {
    const ends = { s: columns["s"].data as BigInt64Array, d: columns["d"].data as BigInt64Array };
    if (from.length < rows) [from, to] = [new Int32Array(rows), new Int32Array(rows)];
    const count = keepStrong(ends, from, to, found);
    if (count < 0) {
      const rules = ["src", "dst"].map((name) => nameRule(table, table.column(name), "an id"));
      await checkCells(table, rules, options);
    }
    await sink(from, to, count);
    found.rows += rows;
    found.strong += count;
    onRows?.(found.rows);
  }
  if (found.dangling > 0) found.dangling = await createDangling(table, key, signal);
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
