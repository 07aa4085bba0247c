import { z } from "zod";
import { canonicalFolder } from "./canonical-uri.js";
import type { LineageGraph } from "./lineage-graph.js";
import type { LineageOptions } from "./lineage-reader.js";
import { addModelVersionObject, datasetLocation, modelUri, type RunAbout, runUri, unlisted } from "./mlflow-graph.js";
import { RETENTION_CLASS } from "./retention-class.js";
import { fileError, pathBelow, readJson, type SourceRoot } from "./source-files.js";

/** Answer of `runs/search`. */
export const RUNS_FILE = "runs.json";
const LOGGED_MODELS_FILE = "logged_models.json";
const VERSIONS_FILE = "model_versions.json";
const REGISTERED_FILE = "registered_models.json";

const Ms = z.int();
const Tags = z.array(z.object({ key: z.string(), value: z.string().default("") })).default([]);
const Optional = z
  .string()
  .nullish()
  .transform((text) => text || null);
const Model = z.object({ model_id: z.string().min(1) });
const Page = { next_page_token: Optional };

const Run = z.object({
  info: z.object({
    run_id: z.string().min(1),
    experiment_id: z.string(),
    start_time: Ms,
    end_time: Ms.nullish(),
    artifact_uri: z.string().min(1),
  }),
  data: z
    .object({ metrics: z.array(z.object({ key: z.string(), value: z.unknown() })).default([]), tags: Tags })
    .default({ metrics: [], tags: [] }),
  inputs: z
    .object({
      dataset_inputs: z
        .array(z.object({ dataset: z.object({ name: z.string(), digest: z.string(), source: z.string() }) }))
        .default([]),
      model_inputs: z.array(Model).default([]),
    })
    .default({ dataset_inputs: [], model_inputs: [] }),
  outputs: z.object({ model_outputs: z.array(Model).default([]) }).default({ model_outputs: [] }),
});
const Runs = z.object({ ...Page, runs: z.array(Run).default([]) });
const LoggedModels = z.object({
  ...Page,
  models: z
    .array(
      z.object({
        info: z.object({
          model_id: z.string().min(1),
          experiment_id: z.string(),
          creation_timestamp_ms: Ms,
          artifact_uri: z.string().min(1),
          tags: Tags,
        }),
      }),
    )
    .default([]),
});
const Versions = z.object({
  ...Page,
  model_versions: z
    .array(
      z.object({
        name: z.string().min(1),
        version: z.string().min(1),
        creation_timestamp: Ms,
        last_updated_timestamp: Ms.nullish().transform((ms) => ms ?? null),
        current_stage: Optional,
        run_id: Optional,
        model_id: Optional,
        source: Optional,
        tags: Tags,
      }),
    )
    .default([]),
});
const Registered = z.object({
  ...Page,
  registered_models: z
    .array(
      z.object({
        name: z.string().min(1),
        aliases: z.array(z.object({ alias: z.string(), version: z.string() })).default([]),
      }),
    )
    .default([]),
});

/** Answers that are being read. */
interface Answers {
  root: SourceRoot;
  graph: LineageGraph;
  options: LineageOptions;
  /** What edges may lead to. */
  known: Set<string>;
}

const tagOf = (tags: z.infer<typeof Tags>, name: string) => tags.find(({ key }) => key === name)?.value ?? null;

/** An answer, which must not be one page of several. */
async function readAnswer<T extends { next_page_token: string | null }>(
  { root }: Answers,
  file: string,
  schema: z.ZodType<T>,
): Promise<T> {
  const answer = await readJson(root, file, schema);
  if (answer.next_page_token === null) return answer;
  throw fileError(root, file, "is one page of several (next_page_token); ask for all of them and join their lists");
}

/** Edges to what is listed at an artifact location. */
async function addArtifacts({ root, graph }: Answers, file: string, owner: string, location: string): Promise<void> {
  const uri = canonicalFolder(location);
  if (!(await graph.lists(uri))) throw fileError(root, file, `${owner}: ${unlisted(uri)}`);
  await graph.prefixEdge(owner, `${uri}/`, "artifact");
}

function requireKnown({ root, known }: Answers, file: string, owner: string, dst: string): void {
  if (!known.has(dst))
    throw fileError(root, file, `${owner} refers to "${dst}", which no answer lists; ask for all of them`);
}

async function addRun(answers: Answers, { info, data, inputs, outputs }: z.infer<typeof Run>): Promise<void> {
  const { graph, options } = answers;
  const uri = runUri(info.run_id);
  const about: RunAbout = {
    createdAt: info.start_time,
    class: tagOf(data.tags, RETENTION_CLASS),
    group: tagOf(data.tags, "mlflow.parentRunId") ?? info.experiment_id,
  };
  const metric = data.metrics.find(({ key }) => key === options.metric)?.value;
  await graph.object({
    ...about,
    id: uri,
    kind: "mlflow_run",
    sizeBytes: 0,
    lastAccessAt: info.end_time,
    metric: typeof metric === "number" ? metric : null,
  });
  await addArtifacts(answers, RUNS_FILE, uri, info.artifact_uri);
  for (const { dataset } of inputs.dataset_inputs) {
    const id = `mlflow-dataset:/${info.experiment_id}/${dataset.name}@${dataset.digest}`;
    await graph.object({ id, kind: "mlflow_dataset", sizeBytes: 0, group: dataset.name });
    await graph.edge(uri, id, "input");
    const location = datasetLocation(dataset.source);
    if (location !== null) await graph.edge(id, location, "source");
  }
  for (const [rel, models] of [
    ["used", inputs.model_inputs],
    ["logged", outputs.model_outputs],
  ] as const) {
    for (const { model_id } of models) {
      requireKnown(answers, RUNS_FILE, uri, modelUri(model_id));
      await graph.edge(uri, modelUri(model_id), rel);
    }
  }
}

async function addLoggedModels(answers: Answers): Promise<void> {
  const { root, graph, known } = answers;
  if ((await pathBelow(root, LOGGED_MODELS_FILE)) === null) return;
  for (const { info } of (await readAnswer(answers, LOGGED_MODELS_FILE, LoggedModels)).models) {
    const uri = modelUri(info.model_id);
    known.add(uri);
    await graph.object({
      id: uri,
      kind: "mlflow_logged_model",
      sizeBytes: 0,
      createdAt: info.creation_timestamp_ms,
      class: tagOf(info.tags, RETENTION_CLASS),
      group: info.experiment_id,
    });
    await addArtifacts(answers, LOGGED_MODELS_FILE, uri, info.artifact_uri);
  }
}

async function addRegistry(answers: Answers): Promise<void> {
  const { graph, known } = answers;
  for (const row of (await readAnswer(answers, VERSIONS_FILE, Versions)).model_versions) {
    const uri = modelUri(`${row.name}/${row.version}`);
    known.add(uri);
    const tagged = tagOf(row.tags, RETENTION_CLASS);
    await addModelVersionObject(graph, { ...row, storage_location: null, class: tagged }, (dst) =>
      requireKnown(answers, VERSIONS_FILE, uri, dst),
    );
  }
  for (const { name, aliases } of (await readAnswer(answers, REGISTERED_FILE, Registered)).registered_models) {
    for (const { alias, version } of aliases) {
      const uri = modelUri(`${name}@${alias}`);
      requireKnown(answers, REGISTERED_FILE, uri, modelUri(`${name}/${version}`));
      await graph.object({ id: uri, kind: "mlflow_model_alias", sizeBytes: 0, group: name });
      await graph.edge(uri, modelUri(`${name}/${version}`), "alias");
    }
  }
}

/**
 * Reads answers of MLflow's REST API: `runs.json`, `model_versions.json`, `registered_models.json` and, of MLflow 3,
 * `logged_models.json`. They name no files, so the buckets of the artifacts must have been listed.
 */
export async function readMlflowApi(root: SourceRoot, graph: LineageGraph, options: LineageOptions): Promise<void> {
  const answers: Answers = { root, graph, options, known: new Set() };
  const { runs } = await readAnswer(answers, RUNS_FILE, Runs);
  for (const { info } of runs) answers.known.add(runUri(info.run_id));
  await addLoggedModels(answers);
  for (const run of runs) {
    options.signal?.throwIfAborted();
    await addRun(answers, run);
  }
  await addRegistry(answers);
}
