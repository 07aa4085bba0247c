import { type LineageGraph, UNKNOWN_STORAGE_CLASS } from "./lineage-graph.js";

/** An S3 key without a version means the version that is current. */
const MAPPED = `SELECT o.* REPLACE (coalesce(current.id, o.id) AS id) FROM objects o LEFT JOIN current ON current.plain = o.id`;

/** Message that stops the statement. */
const TWO_SIZES = `concat('"', id, '" is listed with ', min(size_bytes), ' and with ', max(size_bytes),
  ' bytes: the export is not of one moment; make it again')`;

/** Objects by id. Where the same artifact was added with other times the youngest counts, with other classes none. */
const settled = (objects: string) => `SELECT id, min(kind) AS kind,
  CASE WHEN count(class) = count(*) AND min(class) = max(class) THEN min(class) END AS class,
  CASE WHEN min(size_bytes) = max(size_bytes) THEN min(size_bytes) ELSE error(${TWO_SIZES}) END AS size_bytes,
  min(storage_class) AS storage_class, max(created_at) AS created_at,
  max(last_access_at) AS last_access_at, max(storage_class_since) AS storage_class_since,
  CASE WHEN min("group") = max("group") THEN min("group") END AS "group",
  CASE WHEN min(metric) = max(metric) THEN min(metric) END AS metric, bool_or(is_latest) AS is_latest,
  bool_or(is_delete_marker) AS is_delete_marker, bool_or(is_multipart_upload) AS is_multipart_upload,
  max(inventory_at) AS inventory_at
FROM ${objects} GROUP BY id`;

/** Objects listed before, with what the graph knows better: kind, class and group. What only one of them has stays. */
const MERGED = `SELECT coalesce(known.id, settled.id) AS id, coalesce(settled.kind, known.kind) AS kind,
  CASE WHEN settled.class <> known.class THEN NULL ELSE coalesce(settled.class, known.class) END AS class,
  coalesce(known.size_bytes, settled.size_bytes) AS size_bytes,
  coalesce(nullif(known.storage_class, '${UNKNOWN_STORAGE_CLASS}'), settled.storage_class, known.storage_class) AS storage_class,
  coalesce(known.created_at, settled.created_at) AS created_at,
  greatest(known.last_access_at, settled.last_access_at) AS last_access_at,
  coalesce(known.storage_class_since, settled.storage_class_since) AS storage_class_since,
  coalesce(settled."group", known."group") AS "group", coalesce(settled.metric, known.metric) AS metric,
  coalesce(known.is_latest, settled.is_latest) AS is_latest,
  coalesce(known.is_delete_marker, settled.is_delete_marker) AS is_delete_marker,
  coalesce(known.is_multipart_upload, settled.is_multipart_upload) AS is_multipart_upload,
  coalesce(known.inventory_at, settled.inventory_at) AS inventory_at
FROM (${settled(`(${MAPPED})`)}) settled FULL OUTER JOIN known ON known.id = settled.id`;

const EDGES = `SELECT coalesce(s.id, e.src) AS src, coalesce(d.id, e.dst) AS dst, e.rel FROM edges e
  LEFT JOIN current s ON s.plain = e.src LEFT JOIN current d ON d.plain = e.dst`;

/** Every artifact that is there by an id which starts with the prefix: up to the last text that can follow it. */
const PREFIX_EDGES = `SELECT p.src, o.id AS dst, p.rel FROM prefix_edges p
  JOIN all_objects o ON o.id >= p.dst AND o.id < p.dst || chr(1114111)`;

/** Rows written. */
export interface LineageCounts {
  objects: number;
  edges: number;
}

/**
 * Writes a graph as two Parquet files, objects by id and edges by their ends, so that the same export gives the same
 * bytes in whatever order it was read.
 */
export async function writeLineage(
  graph: LineageGraph,
  paths: { objects: string; edges: string },
  signal?: AbortSignal,
): Promise<LineageCounts> {
  const { engine } = graph;
  await graph.flush();
  const copy = async (sql: string, path: string) => {
    const options = "FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false";
    const [{ Count }] = await engine.rows(
      { sql: `COPY (${sql}) TO ${engine.dialect.literal(path)} (${options})` },
      { signal },
    );
    return Number(Count);
  };
  const [{ listed }] = await engine.rows({ sql: "SELECT count(*) AS listed FROM known" });
  const all = Number(listed) > 0 ? MERGED : settled("objects");
  const objects = await copy(`SELECT * FROM (${all}) ORDER BY id`, paths.objects);
  await engine.run(`CREATE VIEW all_objects AS SELECT id FROM read_parquet(${engine.dialect.literal(paths.objects)})
    WHERE coalesce(is_latest, true) AND NOT coalesce(is_delete_marker OR is_multipart_upload, false)`);
  const edges = await copy(
    `SELECT DISTINCT * FROM (${EDGES} UNION ALL ${PREFIX_EDGES}) ORDER BY src, dst, rel`,
    paths.edges,
  );
  return { objects, edges };
}
