import { canonicalFolder, canonicalUri } from "./canonical-uri.js";
import type { LineageGraph } from "./lineage-graph.js";

export const runUri = (id: string): string => `runs:/${id}`;
/** URI of a logged model, or of a registered model's version, stage or alias. */
export const modelUri = (name: string): string => `models:/${name}`;

/** What the artifacts of a run or logged model take over from it. */
export interface RunAbout {
  createdAt: number;
  class: string | null;
  group: string;
}

/** What is wrong with artifacts in a bucket that was not listed. */
export function unlisted(uri: string): string {
  return `nothing is listed where its artifacts are, "${uri}": name a listing of the bucket by --onto`;
}

/** Where the data of a dataset lie, if its source says so. */
export function datasetLocation(source: string): string | null {
  const location = /"(?:uri|url)":\s*"([^"]+)"/.exec(source)?.[1];
  return location === undefined ? null : canonicalUri(location);
}

/** A version of a registered model. */
export interface ModelVersionRow {
  name: string;
  version: string;
  creation_timestamp: number;
  last_updated_timestamp: number | null;
  current_stage: string | null;
  run_id: string | null;
  model_id: string | null;
  source: string | null;
  storage_location: string | null;
  class: string | null;
}

/**
 * Adds a version of a registered model, which needs its run, its logged model and its files; its stage needs it.
 *
 * @param requireKnown throws unless a run or logged model is there
 */
export async function addModelVersionObject(
  graph: LineageGraph,
  row: ModelVersionRow,
  requireKnown: (uri: string) => void,
): Promise<void> {
  const { name, current_stage, run_id, source, storage_location } = row;
  const uri = modelUri(`${name}/${row.version}`);
  await graph.object({
    id: uri,
    kind: "mlflow_model_version",
    sizeBytes: 0,
    createdAt: row.creation_timestamp,
    lastAccessAt: row.last_updated_timestamp,
    class: row.class,
    group: name,
  });
  const needs = async (dst: string, rel: string) => {
    requireKnown(dst);
    await graph.edge(uri, dst, rel);
  };
  if (run_id !== null) await needs(runUri(run_id), "source_run");
  const model = row.model_id ?? /^models:\/(m-[^/]+)$/.exec(source ?? "")?.[1];
  if (model !== undefined) await needs(modelUri(model), "logged_model");
  const location = storage_location ?? source;
  if (location !== null && !/^(models|runs):/.test(location)) {
    await graph.prefixEdge(uri, `${canonicalFolder(location)}/`, "artifact");
  }
  if (current_stage === null || current_stage === "None") return;
  const stage = modelUri(`${name}/${current_stage}`);
  await graph.object({ id: stage, kind: "mlflow_model_stage", sizeBytes: 0, group: name });
  await graph.edge(stage, uri, "stage");
}
