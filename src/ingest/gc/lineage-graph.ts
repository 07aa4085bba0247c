import { InputError } from "../../core/errors.js";
import type { DuckDbEngine } from "../../engine/duckdb.js";
import { type AppendColumn, type AppendType, appendColumns } from "../append-columns.js";
import type { ResolvedFile } from "../input-files.js";
import { bucketCheck, createKnown } from "./known-objects.js";

/** An artifact that exists: a row of the objects table. What the source does not know is left out. */
export interface LineageObject {
  /** Canonical URI. */
  id: string;
  kind: string;
  /** Bytes of the object itself, without what it refers to. */
  sizeBytes: number | bigint;
  /** Retention class; left out or null is unknown, which a plan keeps. */
  class?: string | null;
  storageClass?: string | null;
  /** Epoch ms, as all times here. */
  createdAt?: number | null;
  lastAccessAt?: number | null;
  storageClassSince?: number | null;
  group?: string | null;
  metric?: number | null;
  isMultipartUpload?: boolean;
}

/** Columns of the objects table, in the order in which they are written. */
const OBJECT_COLUMNS = {
  id: "VARCHAR",
  kind: "VARCHAR",
  class: "VARCHAR",
  size_bytes: "BIGINT",
  storage_class: "VARCHAR",
  created_at: "TIMESTAMP",
  last_access_at: "TIMESTAMP",
  storage_class_since: "TIMESTAMP",
  group: "VARCHAR",
  metric: "DOUBLE",
  is_latest: "BOOLEAN",
  is_delete_marker: "BOOLEAN",
  is_multipart_upload: "BOOLEAN",
  inventory_at: "TIMESTAMP",
} as const satisfies Record<string, AppendType>;

const EDGE_COLUMNS = { src: "VARCHAR", dst: "VARCHAR", rel: "VARCHAR" } as const;

/** Storage class of what has none, or none that is known: a policy has no price for it. */
export const UNKNOWN_STORAGE_CLASS = "UNKNOWN";

type Cell = string | number | bigint | boolean | null | undefined;

/** Rows that wait in memory before they go to the engine. */
const BATCH = 20_480;

/** A lineage graph under construction, kept by the SQL engine, on disk where it outgrows memory. */
export interface LineageGraph {
  readonly engine: DuckDbEngine;
  /** Adds an artifact. The same one may be added again; times and classes that differ are settled on writing. */
  object(object: LineageObject): Promise<void>;
  /** Adds "src needs dst". */
  edge(src: string, dst: string, rel: string): Promise<void>;
  /** Adds "src needs every artifact whose id starts with prefix", as far as artifacts are listed. */
  prefixEdge(src: string, prefix: string, rel: string): Promise<void>;
  /** Whether objects listed before lie in the bucket of a URI, so that a prefix can stand for them. */
  lists(uri: string): Promise<boolean>;
  /** Rows added so far go to the engine's tables `objects` and `edges`, to which statements may add more. */
  flush(): Promise<void>;
}

function micros(ms: number | null | undefined): bigint | null {
  return ms === null || ms === undefined ? null : BigInt(Math.round(ms * 1000));
}

function objectCells(o: LineageObject): Cell[] {
  if (o.id === "") throw new InputError(`an artifact of kind ${o.kind} has no name`, { kind: o.kind });
  if (o.sizeBytes < 0) throw new InputError(`"${o.id}" has a size of ${o.sizeBytes} bytes`, { id: o.id });
  const size = BigInt(o.sizeBytes);
  const times = [o.createdAt, o.lastAccessAt, o.storageClassSince].map(micros);
  const metric = Number.isFinite(o.metric) ? o.metric : null;
  return [
    o.id,
    o.kind,
    o.class,
    size,
    o.storageClass ?? UNKNOWN_STORAGE_CLASS,
    ...times,
    o.group,
    metric,
    null,
    null,
    o.isMultipartUpload,
  ];
}

/** A table of the engine that takes rows in batches. */
function rowBuffer(engine: DuckDbEngine, table: string, types: readonly AppendType[], signal?: AbortSignal) {
  let rows: Cell[][] = [];
  const flush = async () => {
    const full = rows;
    rows = [];
    const columns: AppendColumn[] = types.map((type, c) => ({ type, at: (row) => full[row][c] ?? null }));
    if (full.length > 0) {
      await engine.append(table, (appender) => appendColumns(appender, columns, full.length, signal));
    }
  };
  const add = async (cells: Cell[]) => {
    if (rows.push(cells) >= BATCH) await flush();
  };
  return { add, flush };
}

/**
 * An empty graph.
 *
 * @param onto Parquet files of objects listed before, which are taken over when the graph is written
 */
export async function createLineageGraph(
  engine: DuckDbEngine,
  onto: readonly ResolvedFile[],
  signal?: AbortSignal,
): Promise<LineageGraph> {
  const { ident } = engine.dialect;
  const create = (table: string, columns: Record<string, AppendType>) =>
    engine.run(`CREATE TABLE ${table} (${Object.entries(columns).map(([name, type]) => `${ident(name)} ${type}`)})`);
  await create("objects", OBJECT_COLUMNS);
  await create("edges", EDGE_COLUMNS);
  await create("prefix_edges", EDGE_COLUMNS);
  await createKnown(engine, OBJECT_COLUMNS, onto);
  const objects = rowBuffer(engine, "objects", Object.values(OBJECT_COLUMNS), signal);
  const edges = rowBuffer(engine, "edges", Object.values(EDGE_COLUMNS), signal);
  const prefixEdges = rowBuffer(engine, "prefix_edges", Object.values(EDGE_COLUMNS), signal);
  return {
    engine,
    object: (object) => objects.add(objectCells(object)),
    edge: (src, dst, rel) => edges.add([src, dst, rel]),
    prefixEdge: (src, prefix, rel) => prefixEdges.add([src, prefix, rel]),
    lists: bucketCheck(engine),
    async flush() {
      for (const buffer of [objects, edges, prefixEdges]) await buffer.flush();
    },
  };
}
