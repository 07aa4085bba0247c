import type { LineageGraph } from "./lineage-graph.js";
import type { SourceRoot } from "./source-files.js";

/** What {@link ingestLineage} passes on to the reader of a source. */
export interface LineageOptions {
  /** Name of the run metric that becomes `metric` (`wandb`, `mlflow`). */
  metric?: string;
  signal?: AbortSignal;
}

/** Reads one kind of export below a folder into a graph; returns warnings. */
export type LineageReader = (root: SourceRoot, graph: LineageGraph, options: LineageOptions) => Promise<string[]>;
