import { posix } from "node:path";
import { z } from "zod";
import { readStores, type StoreOf } from "./dvc-config.js";
import { addStoreFiles, findStoreCopies, isInStore, readFolderList, type StoreCopies } from "./dvc-store.js";
import type { LineageGraph } from "./lineage-graph.js";
import type { LineageReader } from "./lineage-reader.js";
import { fileError, fileSize, filesBelow, pathBelow, readYaml, type SourceRoot } from "./source-files.js";

const Tracked = z.object({
  path: z.string().optional(),
  md5: z
    .string()
    .regex(/^[0-9a-f]{32}(\.dir)?$/)
    .optional(),
  /** `md5` since DVC 3; before, files lie in the store's own folder. */
  hash: z.string().optional(),
  cache: z.string().optional(),
  remote: z.string().optional(),
  /** Of remotes with versions of their own. */
  cloud: z.unknown().optional(),
  files: z.unknown().optional(),
});
type Tracked = z.infer<typeof Tracked>;
const Pointer = z.object({ outs: z.array(Tracked).default([]) });
const Stage = z.object({ outs: z.array(Tracked).default([]), deps: z.array(Tracked).default([]) });
const Lock = z.object({ schema: z.literal("2.0"), stages: z.record(z.string(), Stage).default({}) });

const Output = z.union([
  z.string(),
  z.record(z.string(), z.union([z.string(), z.looseObject({ cache: z.string().optional() })])),
]);
const Outputs = z.array(Output).default([]);
const Pipeline = z.object({
  stages: z
    .record(z.string(), z.looseObject({ outs: Outputs, metrics: Outputs, plots: Outputs }).partial())
    .default({}),
});

interface Project {
  root: SourceRoot;
  graph: LineageGraph;
  copies: StoreCopies;
  /** What URIs of files below the root begin with. */
  base: string;
  storeOf: StoreOf;
  /** Stores that something is tracked in. */
  stores: Set<string>;
  uri: string;
}

function placeOf({ md5 = "", hash }: Tracked): string {
  const place = `${md5.slice(0, 2)}/${md5.slice(2)}`;
  return hash === "md5" ? `files/md5/${place}` : place;
}

/** Edges from a pointer or a stage to what it tracks, through the list of a folder to its files. */
async function addTracked(project: Project, file: string, src: string, out: Tracked, rel: string): Promise<void> {
  const { root, graph, copies } = project;
  if (out.cloud !== undefined || out.files !== undefined) {
    throw fileError(root, file, `"${out.path}" is versioned by the cloud store itself, which cannot be read`);
  }
  if (out.md5 === undefined || out.cache === "false") return;
  const store = project.storeOf(out.remote);
  project.stores.add(store);
  const uri = `${store}/${placeOf(out)}`;
  await graph.edge(src, uri, rel);
  if (!out.md5.endsWith(".dir")) return;
  const hashes = await readFolderList(root, copies, out.md5.slice(0, -4));
  if (hashes === null) {
    throw fileError(
      root,
      file,
      `tracks the folder "${out.path}", whose list ${placeOf(out)} is not below "${root.name}"; copy the .dir files of the store too`,
    );
  }
  for (const md5 of hashes) await graph.edge(uri, `${store}/${placeOf({ md5, hash: out.hash })}`, "file");
}

/** Outputs that a pipeline does not cache. */
async function uncachedPaths(root: SourceRoot, lock: string): Promise<Set<string>> {
  const file = lock.replace(/lock$/, "yaml");
  if ((await pathBelow(root, file)) === null) return new Set();
  const { stages } = await readYaml(root, file, Pipeline);
  const outputs = Object.values(stages).flatMap(({ outs = [], metrics = [], plots = [] }) => [
    ...outs,
    ...metrics,
    ...plots,
  ]);
  const named = outputs.flatMap((output) => (typeof output === "string" ? [] : Object.entries(output)));
  const isUncached = (options: (typeof named)[number][1]) => typeof options !== "string" && options.cache === "false";
  return new Set(named.filter(([, options]) => isUncached(options)).map(([path]) => path));
}

async function addPointer(project: Project, file: string): Promise<void> {
  const { root, graph, base } = project;
  const { outs } = await readYaml(root, file, Pointer);
  const uri = `${base}/${file}`;
  await graph.object({ id: uri, kind: "dvc_pointer", sizeBytes: await fileSize(root, file) });
  await graph.edge(project.uri, uri, "tracks");
  for (const out of outs) await addTracked(project, file, uri, out, "out");
}

async function addLock(project: Project, file: string): Promise<void> {
  const { root, graph, base, copies } = project;
  const { stages } = await readYaml(root, file, Lock);
  const uncached = await uncachedPaths(root, file);
  const produced = new Set(Object.values(stages).flatMap(({ outs }) => outs.map(({ md5 }) => md5)));
  for (const [name, { outs, deps }] of Object.entries(stages)) {
    const uri = `${base}/${file}#${name}`;
    await graph.object({ id: uri, kind: "dvc_stage", sizeBytes: 0 });
    await graph.edge(project.uri, uri, "tracks");
    for (const out of outs) {
      if (!uncached.has(out.path ?? "")) await addTracked(project, file, uri, out, "out");
    }
    for (const dep of deps) {
      // Most inputs lie in git; the store has those that DVC tracks, maybe as they were when the stage ran.
      const isTracked = produced.has(dep.md5) || copies.hashes.has(dep.md5 ?? "");
      if (isTracked && !uncached.has(dep.path ?? "")) await addTracked(project, file, uri, dep, "dep");
    }
  }
}

/** Innermost of the projects that holds a file. */
function projectOf(file: string, projects: readonly Project[], base: string): Project | undefined {
  const within = projects.filter(({ uri }) => `${base}/${file}`.startsWith(`${uri}/`));
  return within.toSorted((a, b) => b.uri.length - a.uri.length)[0];
}

/**
 * DVC projects and copies of their stores: project -> `.dvc` file or stage of `dvc.lock` -> file, or list of a folder ->
 * files. Projects with the same remote share its files. What a checkout does not track any more, nothing leads to.
 */
export const readDvc: LineageReader = async (root, graph, { signal }) => {
  const files = await filesBelow(
    root,
    (file) => /\.dvc$|(^|\/)(dvc\.lock|\.dvc\/config)$/.test(file) || isInStore(file),
  );
  const base = `dvc://${posix.basename(root.path)}`;
  const copies = findStoreCopies(files);
  const stores = new Set<string>();
  const projects: Project[] = [];
  for (const file of files.filter((name) => /(^|\/)\.dvc\/config$/.test(name))) {
    const folder = posix.dirname(posix.dirname(file));
    const uri = folder === "." ? base : `${base}/${folder}`;
    projects.push({ root, graph, copies, base, stores, uri, storeOf: await readStores(root, folder, base) });
    await graph.object({ id: uri, kind: "dvc_project", sizeBytes: 0 });
  }
  if (projects.length === 0) throw fileError(root, "", "holds no DVC project; copy each with its .dvc/config");
  for (const file of files.filter((name) => /\.dvc$|(^|\/)dvc\.lock$/.test(name))) {
    signal?.throwIfAborted();
    const project = projectOf(file, projects, base);
    if (!project) throw fileError(root, file, "lies outside of a DVC project; copy the project's .dvc/config too");
    await (file.endsWith(".dvc") ? addPointer : addLock)(project, file);
  }
  for (const { storeOf } of projects) stores.add(storeOf());
  await addStoreFiles(root, graph, copies, [...stores].sort(), base);
  return [];
};
