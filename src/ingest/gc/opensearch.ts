import { posix } from "node:path";
import { z } from "zod";
import type { LineageGraph } from "./lineage-graph.js";
import type { LineageReader } from "./lineage-reader.js";
import { fileError, filesBelow, pathBelow, readJson, type SourceRoot } from "./source-files.js";

/** `_cat` prints every value as text. */
const Whole = z.string().regex(/^\d+$/, "expected whole bytes or milliseconds; ask with bytes=b").transform(Number);
const Indices = z.array(
  z.object({
    index: z.string().min(1),
    status: z.string().optional(),
    "store.size": Whole.nullable(),
    "creation.date": Whole.optional(),
  }),
);

const Managed = z.object({
  policy_id: z.string().nullish(),
  state: z.object({ name: z.string(), start_time: z.int() }).nullish(),
});
/** Keyed by index, with the count beside. */
const Explained = z
  .looseObject({ total_managed_indices: z.int().optional() })
  .transform(({ total_managed_indices: total, ...indices }) => ({
    total,
    indices: indices as Record<string, unknown>,
  }));

const Snapshots = z.object({
  snapshots: z.array(
    z.object({
      snapshot: z.string().min(1),
      repository: z.string().optional(),
      state: z.string(),
      /** Names from `_snapshot`, an object by name from `_status`. */
      indices: z.union([z.array(z.string()), z.record(z.string(), z.unknown()).transform(Object.keys)]),
      start_time_in_millis: z.int().optional(),
      stats: z
        .object({ start_time_in_millis: z.int().optional(), total: z.object({ size_in_bytes: z.int() }) })
        .optional(),
    }),
  ),
});

/** Settings by index; those of an index that is searched in a snapshot say in which. */
const Settings = z.record(
  z.string(),
  z.object({
    settings: z.object({
      index: z.object({
        searchable_snapshot: z
          .object({ repository: z.string().min(1), snapshot_id: z.object({ name: z.string().min(1) }) })
          .optional(),
      }),
    }),
  }),
);

/** One cluster's export. */
interface Cluster {
  root: SourceRoot;
  graph: LineageGraph;
  /** Folder relative to the root. */
  folder: string;
  /** What ids begin with. */
  base: string;
}

interface ManagedIndex {
  policy: string | null;
  state: string | null;
  since: number | null;
}

/** Policies and states by index, if they were exported. */
async function readManaged({ root, folder }: Cluster): Promise<Map<string, ManagedIndex>> {
  const file = posix.join(folder, "ism_explain.json");
  const managed = new Map<string, ManagedIndex>();
  if ((await pathBelow(root, file)) === null) return managed;
  const { total, indices } = await readJson(root, file, Explained);
  for (const [index, value] of Object.entries(indices)) {
    const { data } = Managed.safeParse(value);
    if (!data) throw fileError(root, file, "is not what _plugins/_ism/explain/* answers; export it again");
    if (!data.policy_id) continue;
    managed.set(index, {
      policy: data.policy_id,
      state: data.state?.name ?? null,
      since: data.state?.start_time ?? null,
    });
  }
  if (total !== undefined && total !== managed.size) {
    throw fileError(root, file, `says ${total} managed indices and lists ${managed.size}; export all of them`);
  }
  return managed;
}

const indexUri = ({ base }: Cluster, index: string) => `${base}/${index}`;

async function addIndices(cluster: Cluster, file: string): Promise<Set<string>> {
  const { root, graph } = cluster;
  const managed = await readManaged(cluster);
  const names = new Set<string>();
  for (const row of await readJson(root, file, Indices)) {
    const { index, status, "store.size": size, "creation.date": createdAt } = row;
    if (size === null && status !== "close") throw fileError(root, file, `index "${index}" has no store.size`);
    names.add(index);
    const { policy = null, state = null, since = null } = managed.get(index) ?? {};
    await graph.object({
      id: indexUri(cluster, index),
      kind: "opensearch_index",
      sizeBytes: size ?? 0,
      createdAt,
      storageClass: state,
      storageClassSince: since,
      group: policy,
    });
  }
  const unknown = [...managed.keys()].find((index) => !names.has(index));
  if (unknown !== undefined) {
    throw fileError(root, file, `lacks index "${unknown}" of ism_explain.json; export both at the same time`);
  }
  return names;
}

/** Adds the snapshots of one repository; an index needs them, and the newest that is whole most of all. */
async function addSnapshots(cluster: Cluster, file: string, indices: ReadonlySet<string>): Promise<void> {
  const { root, graph, base } = cluster;
  const ofFile = /^snapshots-(.+)\.json$/.exec(posix.basename(file))?.[1];
  const latest = new Map<string, { at: number; uri: string }>();
  for (const snapshot of (await readJson(root, file, Snapshots)).snapshots) {
    const repository = snapshot.repository ?? ofFile;
    const uri = `${base}/_snapshot/${repository}/${snapshot.snapshot}`;
    const createdAt = snapshot.start_time_in_millis ?? snapshot.stats?.start_time_in_millis ?? null;
    const sizeBytes = snapshot.stats?.total.size_in_bytes ?? 0;
    await graph.object({ id: uri, kind: "opensearch_snapshot", sizeBytes, createdAt, group: repository });
    for (const index of snapshot.indices) {
      if (!indices.has(index)) continue;
      await graph.edge(indexUri(cluster, index), uri, "snapshot");
      const before = latest.get(index);
      if (snapshot.state !== "SUCCESS" || (before && before.at > (createdAt ?? 0))) continue;
      latest.set(index, { at: createdAt ?? 0, uri });
    }
  }
  for (const [index, { uri }] of latest) await graph.edge(indexUri(cluster, index), uri, "latest_snapshot");
}

/** An index that was mounted from a snapshot cannot do without it, whatever the index is called. */
async function addMounts(cluster: Cluster, indices: ReadonlySet<string>): Promise<void> {
  const { root, graph, folder, base } = cluster;
  const file = posix.join(folder, "settings.json");
  if ((await pathBelow(root, file)) === null) return;
  for (const [index, { settings }] of Object.entries(await readJson(root, file, Settings))) {
    const mounted = settings.index.searchable_snapshot;
    if (!mounted || !indices.has(index)) continue;
    const uri = `${base}/_snapshot/${mounted.repository}/${mounted.snapshot_id.name}`;
    await graph.edge(indexUri(cluster, index), uri, "searchable_snapshot");
  }
}

/** A cluster is called like its folder. */
function clusterName(root: SourceRoot, folder: string): string {
  return folder === "." ? posix.basename(root.path) : folder.replaceAll("/", ".");
}

/**
 * OpenSearch by the answers of its API: `indices.json` (`_cat/indices`), `ism_explain.json`, `settings.json` and one
 * `snapshots-REPOSITORY.json` for each repository: index -> snapshots that hold it.
 */
export const readOpensearch: LineageReader = async (root, graph, { signal }) => {
  const files = await filesBelow(root, (file) => /(^|\/)(indices|snapshots-[^/]+)\.json$/.test(file));
  const listings = files.filter((file) => posix.basename(file) === "indices.json");
  if (listings.length === 0)
    throw fileError(root, "indices.json", "no such file; export _cat/indices?format=json&bytes=b");
  for (const file of listings) {
    signal?.throwIfAborted();
    const folder = posix.dirname(file);
    const cluster: Cluster = { root, graph, folder, base: `opensearch://${clusterName(root, folder)}` };
    const indices = await addIndices(cluster, file);
    await addMounts(cluster, indices);
    const snapshots = files.filter((name) => posix.dirname(name) === folder && name !== file);
    for (const name of snapshots) await addSnapshots(cluster, name, indices);
  }
  return [];
};
