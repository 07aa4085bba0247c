import { posix } from "node:path";
import { z } from "zod";
import { canonicalUri, versionedUri } from "./canonical-uri.js";
import { Instant } from "./instant.js";
import type { LineageGraph } from "./lineage-graph.js";
import type { LineageOptions, LineageReader } from "./lineage-reader.js";
import { RETENTION_CLASS } from "./retention-class.js";
import { fileError, filesBelow, readJsonLines, type SourceRoot } from "./source-files.js";

const Size = z.int().nonnegative();
const Entry = z.object({
  digest: z.string(),
  size: Size.optional(),
  /** Where the file lies when W&B does not keep it. */
  ref: z.string().optional(),
  birthArtifactID: z.string().optional(),
  extra: z.looseObject({ versionID: z.string().optional() }).optional(),
});
/** Attributes of `wandb.apis.public` artifacts, the manifest by its `to_manifest_json()`. */
const Artifact = z.object({
  id: z.string().optional(),
  entity: z.string().min(1),
  project: z.string().min(1),
  /** With the version: `model:v3`. */
  name: z.string().regex(/^[^/:]+:[^/:]+$/, "expected a name with its version, such as model:v3"),
  type: z.string(),
  state: z.string().optional(),
  aliases: z.array(z.string()).default([]),
  created_at: Instant,
  metadata: z.record(z.string(), z.unknown()).nullish(),
  manifest: z.object({ contents: z.record(z.string(), Entry) }),
});
const Run = z.object({
  entity: z.string().min(1),
  project: z.string().min(1),
  id: z.string().min(1),
  created_at: Instant,
  heartbeat_at: Instant.nullish(),
  sweep: z.string().nullish(),
  config: z.record(z.string(), z.unknown()).nullish(),
  summary: z.record(z.string(), z.unknown()).nullish(),
  files: z.array(z.object({ name: z.string(), size: Size })).default([]),
  /** Qualified names: `entity/project/model:v3`. */
  logged_artifacts: z.array(z.string()),
  used_artifacts: z.array(z.string()),
});
type Artifact = z.infer<typeof Artifact>;

const artifactUri = (qualifiedName: string) => `wandb-artifact://${qualifiedName}`;
const qualifiedName = ({ entity, project, name }: Artifact) => `${entity}/${project}/${name}`;

function classOf(values: Record<string, unknown> | null | undefined): string | null {
  const value = values?.[RETENTION_CLASS];
  return typeof value === "string" ? value : null;
}

/** Artifacts by qualified name and by the id that references use, in hex. */
interface Names {
  known: Set<string>;
  byId: Map<string, string>;
}

/** What an entry of a manifest refers to elsewhere. */
function referenceUri(root: SourceRoot, file: string, name: string, { ref = "", extra }: Entry, names: Names): string {
  const [, id] = /^wandb-(?:client-)?artifact:\/\/([^/]+)/.exec(ref) ?? [];
  if (id === undefined) return versionedUri(canonicalUri(ref), ref.startsWith("s3:") ? extra?.versionID : null);
  const target = names.byId.get(id);
  if (target !== undefined) return artifactUri(target);
  throw fileError(
    root,
    file,
    `${name} refers to the artifact ${ref}, which is not exported; export all projects it uses`,
  );
}
type Entry = z.infer<typeof Entry>;

async function addArtifact(root: SourceRoot, graph: LineageGraph, file: string, artifact: Artifact, names: Names) {
  const { entity, project, name, type, aliases, created_at, metadata, manifest } = artifact;
  const uri = artifactUri(qualifiedName(artifact));
  const about = {
    createdAt: created_at,
    class: classOf(metadata),
    group: `${entity}/${project}/${name.split(":")[0]}`,
  };
  await graph.object({ id: uri, kind: `wandb_${type === "model" ? "model" : "artifact"}`, sizeBytes: 0, ...about });
  for (const alias of aliases) {
    const name = artifactUri(`${about.group}:${alias}`);
    if (name === uri) continue;
    await graph.object({ id: name, kind: "wandb_alias", sizeBytes: 0, group: about.group });
    await graph.edge(name, uri, "alias");
  }
  for (const [path, entry] of Object.entries(manifest.contents)) {
    if (entry.ref) {
      await graph.edge(uri, referenceUri(root, file, `"${path}" of ${uri}`, entry, names), "reference");
      continue;
    }
    if (entry.size === undefined)
      throw fileError(root, file, `"${path}" of ${uri} has no size; export the manifest again`);
    // A file that a later version takes over unchanged is stored once.
    const digest = Buffer.from(entry.digest, "base64").toString("hex");
    const stored = `wandb-file://${about.group}/${digest}`;
    await graph.object({ id: stored, kind: "wandb_file", sizeBytes: entry.size, ...about });
    await graph.edge(uri, stored, "file");
  }
}

async function addRun(
  root: SourceRoot,
  graph: LineageGraph,
  file: string,
  run: z.infer<typeof Run>,
  known: Set<string>,
  metric?: string,
) {
  const { entity, project, id, created_at, heartbeat_at, sweep, config, summary, files } = run;
  const uri = `wandb://${entity}/${project}/${id}`;
  const value = metric === undefined ? undefined : summary?.[metric];
  await graph.object({
    id: uri,
    kind: "wandb_run",
    sizeBytes: files.reduce((sum, { size }) => sum + size, 0),
    createdAt: created_at,
    lastAccessAt: heartbeat_at,
    class: classOf(config),
    group: sweep ? `${entity}/${project}/${sweep}` : null,
    metric: typeof value === "number" ? value : null,
  });
  for (const [rel, artifacts] of [
    ["logged", run.logged_artifacts],
    ["used", run.used_artifacts],
  ] as const) {
    for (const name of artifacts) {
      if (!known.has(name)) {
        throw fileError(
          root,
          file,
          `run ${uri} ${rel} "${name}", which artifacts.jsonl does not list; export all projects it uses`,
        );
      }
      await graph.edge(uri, artifactUri(name), rel);
    }
  }
}

/** Names of all artifacts, which references and runs may mention before they are listed. */
function namesOf(artifacts: readonly Artifact[]): Names {
  const byId = new Map<string, string>();
  for (const artifact of artifacts) {
    if (artifact.id !== undefined)
      byId.set(Buffer.from(artifact.id, "base64").toString("hex"), qualifiedName(artifact));
  }
  return { known: new Set(artifacts.map(qualifiedName)), byId };
}

/**
 * Weights & Biases by `runs.jsonl` and `artifacts.jsonl`, attributes of the public API's runs and artifacts a line:
 * run -> artifacts logged and used -> files, and references to other stores.
 */
export const readWandb: LineageReader = async (root, graph, { metric, signal }: LineageOptions) => {
  const wanted = await filesBelow(root, (file) => /^(runs|artifacts)\.jsonl$/.test(posix.basename(file)));
  for (const name of ["runs.jsonl", "artifacts.jsonl"]) {
    if (wanted.some((file) => posix.basename(file) === name)) continue;
    throw fileError(root, name, "no such file; export both runs.jsonl and artifacts.jsonl");
  }
  const read = <T>(name: string, schema: z.ZodType<T>) =>
    Promise.all(
      wanted
        .filter((file) => posix.basename(file) === name)
        .map(async (file) => ({ file, rows: await readJsonLines(root, file, schema) })),
    );
  const artifacts = (await read("artifacts.jsonl", Artifact)).map(({ file, rows }) => ({
    file,
    rows: rows.filter(({ state }) => state !== "DELETED"),
  }));
  const names = namesOf(artifacts.flatMap(({ rows }) => rows));
  for (const { file, rows } of artifacts) {
    for (const artifact of rows) await addArtifact(root, graph, file, artifact, names);
  }
  for (const { file, rows } of await read("runs.jsonl", Run)) {
    signal?.throwIfAborted();
    for (const run of rows) await addRun(root, graph, file, run, names.known, metric);
  }
  return [];
};
