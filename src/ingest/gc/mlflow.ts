import { posix } from "node:path";
import { z } from "zod";
import { canonicalFolder } from "./canonical-uri.js";
import type { LineageGraph } from "./lineage-graph.js";
import type { LineageOptions, LineageReader } from "./lineage-reader.js";
import { RUNS_FILE, readMlflowApi } from "./mlflow-api.js";
import { addModelVersionObject, datasetLocation, modelUri, type RunAbout, runUri, unlisted } from "./mlflow-graph.js";
import { RETENTION_CLASS } from "./retention-class.js";
import { fileError, fileStat, filesBelow, readText, readYaml, type SourceRoot } from "./source-files.js";

/** Every scalar of the files is text; what is not there is `null`, or empty. */
const Optional = z
  .string()
  .transform((text) => (text === "" || text === "null" ? null : text))
  .optional()
  .transform((text) => text ?? null);
const Ms = z
  .string()
  .regex(/^\d{1,15}$/, "expected epoch milliseconds")
  .transform(Number);
const OptionalMs = Optional.transform((text) => (text === null ? null : Number(text)));
const Uri = z.string().min(1);

const Run = z.object({
  run_id: z.string().min(1),
  experiment_id: z.string().min(1),
  artifact_uri: Uri,
  start_time: Ms,
  end_time: OptionalMs,
});
const LoggedModel = z.object({
  model_id: z.string().min(1),
  experiment_id: z.string().min(1),
  artifact_location: Uri,
  creation_timestamp: Ms,
});
const ModelVersion = z.object({
  name: z.string().min(1),
  version: z.string().min(1),
  creation_timestamp: Ms,
  last_updated_timestamp: OptionalMs,
  current_stage: Optional,
  run_id: Optional,
  model_id: Optional,
  source: Optional,
  storage_location: Optional,
});
const Link = z.object({ source_type: z.string(), source_id: z.string(), destination_id: z.string() });
const Dataset = z.object({ name: z.string(), digest: z.string(), source: z.string() });

/** A file store that is being read. */
interface Store {
  root: SourceRoot;
  graph: LineageGraph;
  options: LineageOptions;
  /** All files, relative to the root. */
  files: Set<string>;
  /** Artifact files by the folder of the run or logged model that they belong to. */
  artifacts: Map<string, string[]>;
  /** What edges may lead to: runs and logged models. */
  known: Set<string>;
}

const HASH = "[0-9a-f]{32}";
const RUN = new RegExp(`^(?:.*/)?[^/]+/${HASH}/meta\\.yaml$`);
const LINKED = /(^|\/)(datasets|inputs|outputs)\/[^/]+\/meta\.yaml$/;
const LOGGED_MODEL = new RegExp(`(^|/)models/m-${HASH}/meta\\.yaml$`);
const MODEL_VERSION = /(^|\/)models\/[^/]+\/version-\d+\/meta\.yaml$/;
const ALIAS = /(?:^|\/)models\/([^/]+)\/aliases\/([^/]+)$/;
const ARTIFACT = new RegExp(`^((?:.*?/)?(?:m-)?${HASH})/artifacts/(.+)$`);
const isRun = (file: string) => RUN.test(file) && !LINKED.test(file);

async function tagOf(store: Store, folder: string, name: string): Promise<string | null> {
  const file = posix.join(folder, "tags", name);
  return store.files.has(file) ? (await readText(store.root, file)).trim() : null;
}

/** Last value of a metric by step, then time; its file has a line `time value step` for each. */
async function metricOf({ root, files, options }: Store, folder: string): Promise<number | null> {
  const file = posix.join(folder, "metrics", options.metric ?? "");
  if (options.metric === undefined || !files.has(file)) return null;
  const lines = (await readText(root, file)).split("\n").filter((line) => line.trim() !== "");
  const values = lines.map((line) => line.trim().split(/\s+/).map(Number));
  const last = values.sort((a, b) => (a[2] ?? 0) - (b[2] ?? 0) || a[0] - b[0]).at(-1);
  return last?.[1] ?? null;
}

/** Adds the files at an artifact location, and edges to them from what they belong to. */
async function addArtifacts(
  store: Store,
  meta: string,
  owner: string,
  location: string,
  about: RunAbout,
): Promise<void> {
  const { root, graph, artifacts } = store;
  const folder = posix.dirname(meta);
  const uri = canonicalFolder(location);
  const copied = artifacts.get(folder);
  if (!copied && !uri.startsWith("file:") && !(await graph.lists(uri))) {
    throw fileError(root, meta, `${unlisted(uri)}, or copy them to "${folder}/artifacts"`);
  }
  await graph.prefixEdge(owner, `${uri}/`, "artifact");
  for (const path of copied ?? []) {
    const { size, modifiedMs } = await fileStat(root, `${folder}/artifacts/${path}`);
    const createdAt = Math.max(about.createdAt, modifiedMs);
    await graph.object({ ...about, id: `${uri}/${path}`, kind: "mlflow_artifact", sizeBytes: size, createdAt });
  }
}

async function addRun(store: Store, file: string): Promise<void> {
  const { root, graph, files, known } = store;
  const folder = posix.dirname(file);
  const { run_id, experiment_id, artifact_uri, start_time, end_time } = await readYaml(root, file, Run);
  if (!files.has(posix.join(posix.dirname(folder), "meta.yaml"))) {
    throw fileError(root, file, "its experiment has no meta.yaml; copy the whole store");
  }
  const about = {
    createdAt: start_time,
    class: await tagOf(store, folder, RETENTION_CLASS),
    group: (await tagOf(store, folder, "mlflow.parentRunId")) ?? experiment_id,
  };
  const uri = runUri(run_id);
  known.add(uri);
  const metric = await metricOf(store, folder);
  await graph.object({ ...about, id: uri, kind: "mlflow_run", sizeBytes: 0, lastAccessAt: end_time, metric });
  await addArtifacts(store, file, uri, artifact_uri, about);
}

async function addLoggedModel(store: Store, file: string): Promise<void> {
  const { root, graph, known } = store;
  const { model_id, experiment_id, artifact_location, creation_timestamp } = await readYaml(root, file, LoggedModel);
  const tagged = await tagOf(store, posix.dirname(file), RETENTION_CLASS);
  const about = { createdAt: creation_timestamp, class: tagged, group: experiment_id };
  known.add(modelUri(model_id));
  await graph.object({ ...about, id: modelUri(model_id), kind: "mlflow_logged_model", sizeBytes: 0 });
  await addArtifacts(store, file, modelUri(model_id), artifact_location, about);
}

/** An edge to a run or logged model, which must be there. */
async function addKnownEdge({ root, graph, known }: Store, file: string, src: string, dst: string, rel: string) {
  if (!known.has(dst))
    throw fileError(root, file, `refers to "${dst}", which the store does not hold; copy the whole store`);
  await graph.edge(src, dst, rel);
}

/** Datasets that a run read, and logged models that it read or wrote. */
async function addLinks(store: Store, file: string): Promise<void> {
  const { root, graph, files } = store;
  const [, experiment, run] = /^((?:.*\/)?[^/]+)\/([^/]+)\/(?:inputs|outputs)\/[^/]+\/meta\.yaml$/.exec(file) ?? [];
  if (run === undefined) return;
  const { source_type, source_id, destination_id } = await readYaml(root, file, Link);
  if (source_type !== "DATASET") {
    const model = source_id.startsWith("m-") ? source_id : destination_id;
    const rel = file.includes("/outputs/") ? "logged" : "used";
    return addKnownEdge(store, file, runUri(run), modelUri(model), rel);
  }
  const meta = `${experiment}/datasets/${source_id}/meta.yaml`;
  if (!files.has(meta)) throw fileError(root, meta, `no such file, but run ${run} reads it; copy the whole store`);
  const { name, source } = await readYaml(root, meta, Dataset);
  const uri = `mlflow-dataset:/${posix.basename(experiment)}/${source_id}`;
  await graph.object({ id: uri, kind: "mlflow_dataset", sizeBytes: 0, group: name });
  await graph.edge(runUri(run), uri, "input");
  const location = datasetLocation(source);
  if (location !== null) await graph.edge(uri, location, "source");
}

async function addModelVersion(store: Store, file: string): Promise<void> {
  const { root, graph, known } = store;
  const version = await readYaml(root, file, ModelVersion);
  const tagged = await tagOf(store, posix.dirname(file), RETENTION_CLASS);
  await addModelVersionObject(graph, { ...version, class: tagged }, (dst) => {
    if (!known.has(dst))
      throw fileError(root, file, `refers to "${dst}", which the store does not hold; copy the whole store`);
  });
}

async function addAlias({ root, graph, files }: Store, file: string): Promise<void> {
  const [, name = "", alias] = ALIAS.exec(file) ?? [];
  const version = (await readText(root, file)).trim();
  const meta = posix.join(posix.dirname(posix.dirname(file)), `version-${version}`, "meta.yaml");
  if (!files.has(meta))
    throw fileError(root, file, `names version ${version} of "${name}", which the store does not hold`);
  const uri = modelUri(`${name}@${alias}`);
  await graph.object({ id: uri, kind: "mlflow_model_alias", sizeBytes: 0, group: name });
  await graph.edge(uri, modelUri(`${name}/${version}`), "alias");
}

/** Run folders must have their metadata: a run without would lose its artifacts. */
function refuseHeadless(store: Store): void {
  for (const [folder, [path]] of store.artifacts) {
    if (store.files.has(`${folder}/meta.yaml`)) continue;
    throw fileError(store.root, `${folder}/artifacts/${path}`, "its run has no meta.yaml; copy the whole store");
  }
}

/** Reads MLflow's file store (`mlruns`), also one of MLflow 3. */
async function readFileStore(
  root: SourceRoot,
  graph: LineageGraph,
  files: readonly string[],
  options: LineageOptions,
): Promise<void> {
  const artifacts = new Map<string, string[]>();
  for (const file of files) {
    const [, folder, path] = ARTIFACT.exec(file) ?? [];
    if (folder === undefined) continue;
    const inFolder = artifacts.get(folder) ?? [];
    inFolder.push(path);
    artifacts.set(folder, inFolder);
  }
  const meta = files.filter((file) => !ARTIFACT.test(file));
  const store: Store = { root, graph, options, files: new Set(meta), artifacts, known: new Set() };
  if (!meta.some((file) => file.endsWith("/meta.yaml"))) {
    throw fileError(
      root,
      "",
      "holds neither meta.yaml nor runs.json; name the folder of a file store or of API answers",
    );
  }
  refuseHeadless(store);
  const steps: [(file: string) => boolean, (store: Store, file: string) => Promise<void>][] = [
    [isRun, addRun],
    [(file) => LOGGED_MODEL.test(file), addLoggedModel],
    [(file) => LINKED.test(file), addLinks],
    [(file) => MODEL_VERSION.test(file), addModelVersion],
    [(file) => ALIAS.test(file), addAlias],
  ];
  for (const [wanted, add] of steps) {
    for (const file of meta.filter(wanted)) {
      options.signal?.throwIfAborted();
      await add(store, file);
    }
  }
}

/**
 * MLflow, by its file store or by answers of its REST API: run -> artifacts, datasets and logged models -> files;
 * version, stage and alias of a registered model -> run, logged model and files.
 */
export const readMlflow: LineageReader = async (root, graph, options) => {
  const files = await filesBelow(root, () => true);
  if (files.includes(RUNS_FILE)) await readMlflowApi(root, graph, options);
  else await readFileStore(root, graph, files, options);
  return [];
};
