import { posix } from "node:path";
import { z } from "zod";
import { canonicalFolder, canonicalUri } from "./canonical-uri.js";
import type { LineageGraph } from "./lineage-graph.js";
import type { LineageReader } from "./lineage-reader.js";
import { type AvroRecord, readAvro } from "./read-avro.js";
import { RETENTION_CLASS } from "./retention-class.js";
import { fileError, fileSize, filesBelow, pathBelow, readJson, type SourceRoot } from "./source-files.js";

/** Ids are 64 bits: text where a double may not hold them. */
const Id = z.union([z.string(), z.int()]).transform(String);
const Ms = z.int();

const Snapshot = z.object({
  "snapshot-id": Id,
  "parent-snapshot-id": Id.nullish(),
  "timestamp-ms": Ms,
  "manifest-list": z.string().optional(),
  /** Version 1 may name the manifests themselves. */
  manifests: z.array(z.string()).optional(),
  summary: z.record(z.string(), z.string()).optional(),
});
const Statistics = z.object({
  "snapshot-id": Id,
  "statistics-path": z.string(),
  "file-size-in-bytes": z.int().nonnegative(),
});
const Metadata = z.object({
  "format-version": z.union([z.literal(1), z.literal(2), z.literal(3)], "expected format version 1, 2 or 3"),
  location: z.string().min(1),
  "last-updated-ms": Ms,
  properties: z.record(z.string(), z.string()).default({}),
  "current-snapshot-id": Id.nullish(),
  snapshots: z.array(Snapshot).default([]),
  refs: z
    .record(z.string(), z.object({ "snapshot-id": Id, type: z.string(), "min-snapshots-to-keep": z.int().optional() }))
    .optional(),
  statistics: z.array(Statistics).default([]),
  "partition-statistics": z.array(Statistics).default([]),
  "metadata-log": z.array(z.object({ "timestamp-ms": Ms, "metadata-file": z.string() })).default([]),
});
type Snapshot = z.infer<typeof Snapshot>;

/** Files that a manifest, or all of a snapshot, lists as not deleted. */
interface LiveFiles {
  data: number;
  deletes: number;
}

/** A table whose metadata is being read. */
interface Table {
  root: SourceRoot;
  graph: LineageGraph;
  /** Metadata file, and the table's folder, relative to the root. */
  file: string;
  folder: string;
  metadata: z.infer<typeof Metadata>;
  location: string;
  class: string | null;
  group: string;
  /** Times of the snapshots by id. */
  times: Map<string, number>;
  /** What the manifests read so far list. */
  manifests: Map<string, LiveFiles>;
}

/** Number that a metadata file's name begins with. */
function versionOf(file: string): number {
  return Number(/^v?(\d+)/.exec(posix.basename(file))?.[1] ?? -1);
}

const IS_METADATA = /(^|\/)metadata\/[^/]+\.metadata\.json(\.gz)?$/;

/** The newest metadata file of each table below the root. */
async function newestMetadata(root: SourceRoot): Promise<string[]> {
  if (root.file) return [root.file];
  const newest = new Map<string, string>();
  const files = await filesBelow(root, (file) => IS_METADATA.test(file));
  for (const file of files) {
    const folder = posix.dirname(file);
    const before = newest.get(folder);
    if (before === undefined || versionOf(file) > versionOf(before)) newest.set(folder, file);
  }
  for (const file of newest.values()) {
    const same = files.filter((f) => posix.dirname(f) === posix.dirname(file) && versionOf(f) === versionOf(file));
    if (same.length === 1) continue;
    const names = same.map((f) => posix.basename(f)).join(" and ");
    throw fileError(
      root,
      posix.dirname(file),
      `${names} have the same number; name the file that the catalog points to`,
    );
  }
  return [...newest.values()];
}

/** Where a file of a table lies below the root: at its place in the table, or by its name among the metadata. */
async function localFile(table: Table, uri: string): Promise<string> {
  const { root, folder, location, file } = table;
  const places = [posix.join(posix.dirname(file), posix.basename(uri))];
  if (uri.startsWith(`${location}/`)) places.unshift(posix.join(folder, uri.slice(location.length + 1)));
  for (const place of places) if ((await pathBelow(root, place)) !== null) return place;
  throw fileError(root, file, `needs "${uri}", which is not below "${root.name}"; copy the whole metadata folder`);
}

const snapshotUri = (table: Table, id: string) => `${table.location}#snapshot=${id}`;

/** Adds a file of the table. */
async function addFile(table: Table, uri: string, kind: string, sizeBytes: number | bigint, createdAt: number) {
  await table.graph.object({ id: uri, kind, sizeBytes, createdAt, class: table.class, group: table.group });
}

const FILE_KINDS = ["iceberg_data", "iceberg_position_deletes", "iceberg_equality_deletes"];
const DELETED = 2n;

const count = (value: unknown): number | null => (typeof value === "bigint" ? Number(value) : null);
/** A field of a manifest list, by its name in version 1 or 2. */
const field = (record: AvroRecord, name: string) => record[name] ?? record[name.replace("_files", "_data_files")];

/** Adds a manifest and the files that live by it, once. */
async function addManifest(table: Table, entry: AvroRecord, listedAt: number): Promise<LiveFiles> {
  const uri = canonicalUri(String(entry["manifest_path"]));
  const known = table.manifests.get(uri);
  if (known) return known;
  const live = { data: 0, deletes: 0 };
  table.manifests.set(uri, live);
  const file = await localFile(table, uri);
  const { records, bytes } = await readAvro(table.root, file, {
    status: true,
    snapshot_id: true,
    data_file: { content: true, file_path: true, file_size_in_bytes: true },
  });
  const length = count(entry["manifest_length"]);
  if (length !== null && length !== bytes) {
    throw fileError(table.root, file, `has ${bytes} bytes, its manifest list says ${length}; copy it again`);
  }
  const counts = ["added", "existing", "deleted"].map((name) => count(field(entry, `${name}_files_count`)));
  const entries = counts.reduce<number>((sum, n) => sum + (n ?? Number.NaN), 0);
  if (!Number.isNaN(entries) && entries !== records.length) {
    throw fileError(
      table.root,
      file,
      `has ${records.length} entries, its manifest list says ${entries}; copy it again`,
    );
  }
  // A snapshot that is gone was older than any that still lists its files.
  const timeOf = (snapshot: unknown) => table.times.get(String(snapshot)) ?? listedAt;
  await addFile(table, uri, "iceberg_manifest", bytes, timeOf(entry["added_snapshot_id"]));
  for (const { status, snapshot_id, data_file } of records) {
    if (status === DELETED) continue;
    const { content, file_path, file_size_in_bytes } = (data_file ?? {}) as AvroRecord;
    if (typeof file_path !== "string" || typeof file_size_in_bytes !== "bigint") {
      throw fileError(table.root, file, "an entry has no file_path or file_size_in_bytes; it is no Iceberg manifest");
    }
    const kind = FILE_KINDS[Number(content ?? 0)];
    if (!kind) throw fileError(table.root, file, `unknown content ${content} of "${file_path}"`);
    const data = canonicalUri(file_path);
    await addFile(table, data, kind, file_size_in_bytes, timeOf(snapshot_id ?? entry["added_snapshot_id"]));
    live[kind === "iceberg_data" ? "data" : "deletes"]++;
    await table.graph.edge(uri, data, kind === "iceberg_data" ? "data_file" : "delete_file");
  }
  return live;
}

interface Manifests {
  entries: AvroRecord[];
  /** Id of what holds them, and the file that it was read from. */
  holder: string;
  file: string;
}

/** Entries of a snapshot's manifest list. */
async function manifestsOf(table: Table, snapshot: Snapshot): Promise<Manifests> {
  const holder = snapshotUri(table, snapshot["snapshot-id"]);
  const list = snapshot["manifest-list"];
  if (list === undefined) {
    if (!snapshot.manifests) throw fileError(table.root, table.file, `snapshot ${holder} has no manifest list`);
    return { holder, file: table.file, entries: snapshot.manifests.map((path) => ({ manifest_path: path })) };
  }
  const uri = canonicalUri(list);
  const file = await localFile(table, uri);
  const { records, bytes } = await readAvro(table.root, file, {
    manifest_path: true,
    manifest_length: true,
    added_snapshot_id: true,
    added_files_count: true,
    existing_files_count: true,
    deleted_files_count: true,
    added_data_files_count: true,
    existing_data_files_count: true,
    deleted_data_files_count: true,
  });
  await addFile(table, uri, "iceberg_manifest_list", bytes, snapshot["timestamp-ms"]);
  await table.graph.edge(holder, uri, "manifest_list");
  return { holder: uri, file, entries: records };
}

/**
 * Refuses a manifest list that lists fewer files than its snapshot says: cut between two blocks it still is an Avro file,
 * and nothing else tells its length. A total may be missing or, by faults of writers, too small.
 */
function checkTotals(table: Table, { summary = {} }: Snapshot, file: string, { data, deletes }: LiveFiles): void {
  for (const [total, listed] of Object.entries({ "total-data-files": data, "total-delete-files": deletes })) {
    if (!(listed < Number(summary[total]))) continue;
    const what = `leads to ${listed} files, ${total} of its snapshot says ${summary[total]}`;
    throw fileError(table.root, file, `${what}; copy the metadata folder again`);
  }
}

async function addSnapshot(table: Table, snapshot: Snapshot): Promise<void> {
  const createdAt = snapshot["timestamp-ms"];
  await addFile(table, snapshotUri(table, snapshot["snapshot-id"]), "iceberg_snapshot", 0, createdAt);
  const { holder, file, entries } = await manifestsOf(table, snapshot);
  const live = { data: 0, deletes: 0 };
  for (const entry of entries) {
    if (typeof entry["manifest_path"] !== "string") {
      throw fileError(table.root, table.file, `the manifest list of snapshot ${holder} has no manifest_path`);
    }
    await table.graph.edge(holder, canonicalUri(entry["manifest_path"]), "manifest");
    const { data, deletes } = await addManifest(table, entry, createdAt);
    live.data += data;
    live.deletes += deletes;
  }
  checkTotals(table, snapshot, file, live);
}

/** Adds the table and the metadata files that it has, the newest of which it needs to be read at all. */
async function addMetadata(table: Table): Promise<void> {
  const { graph, location, metadata, root, file } = table;
  await graph.object({ id: location, kind: "iceberg_table", sizeBytes: 0, class: table.class, group: table.group });
  const folder = canonicalFolder(metadata.properties["write.metadata.path"] ?? `${location}/metadata`);
  const own = `${folder}/${posix.basename(file)}`;
  await addFile(table, own, "iceberg_metadata", await fileSize(root, file), metadata["last-updated-ms"]);
  await graph.edge(location, own, "metadata");
  for (const { "timestamp-ms": at, "metadata-file": path } of metadata["metadata-log"]) {
    await graph.edge(location, canonicalUri(path), "metadata_log");
    const copy = posix.join(posix.dirname(file), posix.basename(path));
    const isThere = (await pathBelow(root, copy)) !== null;
    if (isThere) await addFile(table, canonicalUri(path), "iceberg_metadata", await fileSize(root, copy), at);
  }
}

/** Adds what the table needs to be read and rolled back: tags, and of each branch as many snapshots as it is to keep. */
async function addRefs({ graph, location, metadata, root, file }: Table): Promise<void> {
  const parents = new Map(metadata.snapshots.map((s) => [s["snapshot-id"], s["parent-snapshot-id"]]));
  const keep = Number(metadata.properties["history.expire.min-snapshots-to-keep"]) || 1;
  const current = metadata["current-snapshot-id"];
  const refs = Object.values(metadata.refs ?? {});
  if (current && current !== "-1") refs.push({ "snapshot-id": current, type: "branch" });
  for (const { "snapshot-id": head, type, "min-snapshots-to-keep": own } of refs) {
    if (!parents.has(head)) throw fileError(root, file, `a ${type} points to snapshot ${head}, which it does not list`);
    const wanted = type === "branch" ? Math.min(parents.size, own ?? keep) : 1;
    let id: string | null | undefined = head;
    for (let i = 0; i < Math.max(1, wanted) && id && parents.has(id); i++) {
      await graph.edge(location, `${location}#snapshot=${id}`, type);
      id = parents.get(id);
    }
  }
}

async function addStatistics(table: Table): Promise<void> {
  const { metadata } = table;
  const statistics = [...metadata.statistics, ...metadata["partition-statistics"]];
  for (const { "snapshot-id": id, "statistics-path": path, "file-size-in-bytes": size } of statistics) {
    const createdAt = table.times.get(id) ?? metadata["last-updated-ms"];
    await addFile(table, canonicalUri(path), "iceberg_statistics", size, createdAt);
    await table.graph.edge(snapshotUri(table, id), canonicalUri(path), "statistics");
  }
}

/**
 * Apache Iceberg tables (format 1 to 3) by their metadata folders: table -> snapshots of branches and tags -> manifest
 * list -> manifests -> data and delete files. Snapshots that no branch or tag needs are there, but nothing leads to them.
 */
export const readIceberg: LineageReader = async (root, graph, { signal }) => {
  const files = await newestMetadata(root);
  if (files.length === 0) {
    throw fileError(root, "", "holds no metadata/*.metadata.json; name the folder of a table or of a warehouse");
  }
  for (const file of files) {
    const metadata = await readJson(root, file, Metadata);
    const location = canonicalFolder(metadata.location);
    const table: Table = {
      root,
      graph,
      file,
      folder: posix.dirname(posix.dirname(file)),
      metadata,
      location,
      class: metadata.properties[RETENTION_CLASS] ?? null,
      group: posix.basename(location),
      times: new Map(metadata.snapshots.map((s) => [s["snapshot-id"], s["timestamp-ms"]])),
      manifests: new Map(),
    };
    await addMetadata(table);
    await addRefs(table);
    await addStatistics(table);
    // The oldest first: what a snapshot lists is no younger than it.
    for (const snapshot of metadata.snapshots.toSorted((a, b) => a["timestamp-ms"] - b["timestamp-ms"])) {
      signal?.throwIfAborted();
      await addSnapshot(table, snapshot);
    }
  }
  return [];
};
