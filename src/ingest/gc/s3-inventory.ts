import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { posix } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { InputError } from "../../core/errors.js";
import type { LineageGraph } from "./lineage-graph.js";
import type { LineageReader } from "./lineage-reader.js";
import { readMultipartUploads } from "./s3-multipart.js";
import { fileError, filesBelow, pathBelow, readJson, type SourceRoot } from "./source-files.js";

const Manifest = z.object({
  sourceBucket: z.string().min(1),
  /** Epoch ms. */
  creationTimestamp: z.string().regex(/^\d{1,15}$/),
  fileFormat: z.string(),
  fileSchema: z.string(),
  files: z.array(z.object({ key: z.string().min(1), size: z.number(), MD5checksum: z.string() })),
});

interface Inventory extends z.infer<typeof Manifest> {
  /** The manifest, relative to the root. */
  file: string;
}

async function md5(path: string): Promise<string> {
  const hash = createHash("md5");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}

/** A manifest that its checksum file, if copied along, agrees with. */
async function readManifest(root: SourceRoot, file: string): Promise<Inventory> {
  const manifest = { file, ...(await readJson(root, file, Manifest)) };
  const { fileFormat } = manifest;
  if (!/^(csv|parquet)$/i.test(fileFormat)) {
    throw fileError(
      root,
      file,
      `an inventory in ${fileFormat} cannot be read; set its output format to CSV or Parquet`,
    );
  }
  const path = await pathBelow(root, file);
  const checksum = await pathBelow(root, file.replace(/json$/, "checksum"));
  if (path && checksum && (await readFile(checksum, "utf8")).trim() !== (await md5(path))) {
    throw fileError(root, file, "its MD5 is not that of manifest.checksum; copy both again");
  }
  return manifest;
}

/** The newest manifest of each configuration, whose folder holds one folder for each date. */
async function newestManifests(root: SourceRoot): Promise<{ newest: Inventory[]; older: number }> {
  const files = await filesBelow(root, (file) => posix.basename(file) === "manifest.json");
  const newest = new Map<string, Inventory>();
  for (const file of files) {
    const manifest = await readManifest(root, file);
    const configuration = posix.dirname(posix.dirname(file));
    const before = newest.get(configuration);
    if (!before || Number(before.creationTimestamp) <= Number(manifest.creationTimestamp)) {
      newest.set(configuration, manifest);
    }
  }
  return { newest: [...newest.values()], older: files.length - newest.size };
}

/** Absolute paths of the data files of a manifest, each with the size and MD5 that the manifest tells. */
async function dataFiles(root: SourceRoot, manifest: Inventory, copies: Map<string, string[]>): Promise<string[]> {
  const paths: string[] = [];
  for (const { key, MD5checksum } of manifest.files) {
    const found = copies.get(posix.basename(key)) ?? [];
    if (found.length === 0) {
      const where = `lists "${key}", which is not below "${root.name}"`;
      throw fileError(root, manifest.file, `${where}; copy the data folder too and name the folder above both`);
    }
    let match: string | null = null;
    for (const file of found) {
      const path = await pathBelow(root, file);
      if (path !== null && (await md5(path)) === MD5checksum.toLowerCase()) match = path;
    }
    if (match === null) {
      throw fileError(root, found[0], `its MD5 is not the ${MD5checksum} of ${manifest.file}; copy the file again`);
    }
    // The engine would take the name for a pattern.
    if (/[*?[]/.test(match)) throw fileError(root, found[0], "has one of * ? [ in its path; rename the folder");
    paths.push(match);
  }
  return paths;
}

/** Fields of the inventory that are read, by their names in CSV and in Parquet. */
const FIELDS = {
  Bucket: "bucket",
  Key: "key",
  Size: "size",
  LastModifiedDate: "last_modified_date",
  StorageClass: "storage_class",
  VersionId: "version_id",
  IsLatest: "is_latest",
  IsDeleteMarker: "is_delete_marker",
};
const NEEDED = ["Bucket", "Key", "Size", "LastModifiedDate", "StorageClass"] as const;

/** SQL of the data files with the Parquet names of the fields there are, and those names. */
async function scan(graph: LineageGraph, manifest: Inventory, paths: readonly string[]) {
  const { literal, ident } = graph.engine.dialect;
  const list = `[${paths.map(literal).join(", ")}]`;
  if (/^parquet$/i.test(manifest.fileFormat)) {
    const relation = `read_parquet(${list}, filename = 'file')`;
    const rows = await graph.engine.rows({ sql: `SELECT column_name FROM (DESCRIBE FROM ${relation})` });
    return { relation, names: rows.map((row) => String(row["column_name"])), csv: false };
  }
  const fields = manifest.fileSchema.split(",").map((name) => name.trim());
  const names = fields.map((name) => FIELDS[name as keyof typeof FIELDS] ?? name);
  const columns = names.map((name) => `${literal(name)}: 'VARCHAR'`).join(", ");
  const relation = `read_csv(${list}, auto_detect = false, header = false, null_padding = false, delim = ',', quote = '"',
    escape = '"', filename = 'file', columns = {${columns}})`;
  return { relation: `(SELECT ${names.map(ident).join(", ")}, file FROM ${relation})`, names, csv: true };
}

/** A `%` that is no escape. */
const BAD_ESCAPE = "%([^0-9A-Fa-f]|[0-9A-Fa-f][^0-9A-Fa-f]|[0-9A-Fa-f]?$)";

/** Loads the rows of one inventory into the table `inventory`, typed; a cell that cannot be meant is null. */
async function loadRows(graph: LineageGraph, root: SourceRoot, manifest: Inventory, paths: readonly string[]) {
  const { relation, names, csv } = await scan(graph, manifest, paths);
  const missing = NEEDED.filter((name) => !names.includes(FIELDS[name]));
  if (missing.length > 0) {
    const fields = `the inventory lacks ${missing.join(", ")}`;
    throw fileError(root, manifest.file, `${fields}; add the fields to its configuration and wait for the next one`);
  }
  const text = (name: string) => (names.includes(name) ? `nullif(CAST(${name} AS VARCHAR), '')` : "NULL::VARCHAR");
  // CSV keys are form-encoded: a blank is "+", a plus "%2B". Parquet keys are plain.
  const decoded = `CASE WHEN regexp_matches(key, '${BAD_ESCAPE}') THEN NULL ELSE try(url_decode(replace(key, '+', '%20'))) END`;
  await graph.engine.run(`CREATE TABLE inventory AS SELECT file, bucket,
    key AS given_key, nullif(${csv ? decoded : "key"}, '') AS key,
    TRY_CAST(${text("size")} AS BIGINT) AS size, ${text("storage_class")} AS storage_class,
    coalesce(epoch_us(TRY_CAST(CAST(last_modified_date AS VARCHAR) AS TIMESTAMPTZ)),
      1000 * TRY_CAST(CAST(last_modified_date AS VARCHAR) AS BIGINT)) AS modified_us,
    nullif(${text("version_id")}, 'null') AS version_id,
    TRY_CAST(${text("is_latest")} AS BOOLEAN) AS is_latest,
    coalesce(TRY_CAST(${text("is_delete_marker")} AS BOOLEAN), false) AS is_delete_marker,
    ${names.includes("version_id")} AS all_versions FROM ${relation}`);
}

/** What a row must not be, with what is wrong then. */
const FAULTS = (bucket: string) =>
  [
    [`bucket IS DISTINCT FROM ${bucket}`, "is of another bucket than the manifest"],
    ["key IS NULL", "has no key, or one that is not well encoded"],
    ["NOT is_delete_marker AND (size IS NULL OR size < 0)", "has no size"],
    ["modified_us IS NULL", "has no last-modified date"],
    ["all_versions AND is_latest IS NULL", "does not say whether it is the latest version"],
  ] as const;

async function checkRows(graph: LineageGraph, root: SourceRoot, manifest: Inventory): Promise<void> {
  for (const [condition, what] of FAULTS(graph.engine.dialect.literal(manifest.sourceBucket))) {
    const [row] = await graph.engine.rows({ sql: `SELECT file, given_key FROM inventory WHERE ${condition} LIMIT 1` });
    if (!row) continue;
    const file = posix.relative(root.path, String(row["file"]));
    throw fileError(root, file, `the row of key ${JSON.stringify(row["given_key"])} ${what}; the inventory is broken`);
  }
}

/** Adds the rows of the table `inventory` to the graph. */
async function addRows(graph: LineageGraph, manifest: Inventory): Promise<void> {
  const at = `make_timestamp(${manifest.creationTimestamp} * 1000)`;
  // In a bucket with versions, what has no version id is the null version, which S3 names "null".
  await graph.engine.run(`CREATE VIEW versions AS SELECT *, 's3://' || bucket || '/' || key ||
      CASE WHEN version_id IS NOT NULL THEN '?versionId=' || version_id
        WHEN (SELECT bool_or(version_id IS NOT NULL) FROM inventory) THEN '?versionId=null' ELSE '' END AS id
    FROM inventory`);
  await graph.engine.run(`INSERT INTO objects BY NAME SELECT id,
      CASE WHEN is_delete_marker THEN 's3_delete_marker' WHEN NOT is_latest THEN 's3_noncurrent' ELSE 's3_object' END AS kind,
      CASE WHEN is_delete_marker THEN 0 ELSE size END AS size_bytes, coalesce(storage_class, 'UNKNOWN') AS storage_class,
      make_timestamp(modified_us) AS created_at, coalesce(is_latest, true) AS is_latest, is_delete_marker,
      false AS is_multipart_upload, ${at} AS inventory_at FROM versions`);
  // While an older version stays, so must the marker that hides it: without the marker the version would come back.
  await graph.engine.run(`INSERT INTO edges SELECT v.id, m.id, 'hidden_by' FROM versions v JOIN versions m USING (key)
    WHERE m.is_latest AND m.is_delete_marker AND NOT v.is_delete_marker`);
}

const VERSIONED =
  "the ids carry versions: name this objects.parquet by --onto when you ingest what refers to keys without";

/**
 * S3 Inventory: `manifest.json` and its CSV or Parquet data files, the newest of each configuration; and incomplete
 * uploads as `aws s3api list-multipart-uploads` prints them, which no inventory lists.
 */
export const readS3Inventory: LineageReader = async (root, graph, { signal }) => {
  const { newest, older } = await newestManifests(root);
  const uploads = await readMultipartUploads(root, graph);
  if (newest.length === 0 && uploads === null) {
    throw fileError(root, root.file ?? "", "holds no manifest.json; name the folder that an inventory was copied to");
  }
  const warnings = [...(uploads ?? [])];
  if (older > 0) warnings.push(`${older} older inventories of the same configurations were left aside`);
  const copies = new Map<string, string[]>();
  for (const file of await filesBelow(root, (name) => /\.(csv\.gz|csv|parquet|orc)$/i.test(name))) {
    const name = posix.basename(file);
    copies.set(name, [...(copies.get(name) ?? []), file]);
  }
  for (const manifest of newest) {
    signal?.throwIfAborted();
    const paths = await dataFiles(root, manifest, copies);
    if (paths.length === 0) continue;
    await loadRows(graph, root, manifest, paths).catch((error: unknown) => {
      if (!(error instanceof InputError) || error.details["file"] !== undefined) throw error;
      throw fileError(root, manifest.file, `its data files cannot be read: ${error.message}`, error);
    });
    await checkRows(graph, root, manifest);
    await addRows(graph, manifest);
    await graph.engine.run("DROP VIEW versions; DROP TABLE inventory");
  }
  const [{ versioned }] = await graph.engine.rows({
    sql: "SELECT count_if(contains(id, '?versionId=')) AS versioned FROM objects",
  });
  if (Number(versioned) > 0) warnings.push(VERSIONED);
  return warnings;
};
