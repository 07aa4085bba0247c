import { Argument, type Command } from "commander";
import { action } from "../frame.js";

interface Options {
  out: string;
  onto?: string;
  metric?: string;
}

/** Exports that can be read; the same as `LINEAGE_SOURCES`, which is not loaded for a help text. */
const SOURCES = ["s3-inventory", "iceberg", "dvc", "wandb", "mlflow", "oci", "opensearch", "logs"] as const;

const EXAMPLES = `
Exports (docs/gc-ingest.md says how to make each):
  s3-inventory  manifest.json with its CSV or Parquet files, BUCKET.multipart-uploads.json
  iceberg       metadata folders of tables, or one metadata.json
  dvc           projects (.dvc files, dvc.lock, .dvc/config) and copies of their remotes
  wandb         runs.jsonl and artifacts.jsonl of the public API
  mlflow        a file store (mlruns), or runs.json and other answers of the REST API
  oci           OCI image layouts, or the storage folder of a Docker registry
  opensearch    indices.json, ism_explain.json, settings.json, snapshots-REPOSITORY.json
  logs          a table of log partitions: path, bytes, created_at

Examples:
  $ fleetlens gc ingest s3-inventory inventory/ --out lineage/s3
  $ fleetlens gc ingest iceberg warehouse/ --onto lineage/s3/objects.parquet --out lineage/iceberg
  $ fleetlens gc ingest mlflow mlruns/ --metric val_loss --out lineage/mlflow

Writes DIR/objects.parquet and DIR/edges.parquet ("src needs dst"): both, or neither.
Exit codes: 2 usage, or an export that is broken or not whole; 4 the engine ran out of memory or disk.`;

/** `fleetlens gc ingest`: an export of a platform's metadata as objects and edges. */
export function registerGcIngest(gc: Command): void {
  const command = gc
    .command("ingest")
    .description("Turn an export of a platform into the objects and edges that a plan is made from.")
    .addArgument(new Argument("<source>", "what the export is of").choices(SOURCES))
    .argument("<in>", "folder of the export, or its one file")
    .requiredOption("--out <dir>", "folder to write objects.parquet and edges.parquet to")
    .option(
      "--onto <file>",
      "objects.parquet of an earlier ingest (or a glob): its rows are taken over and made more exact",
    )
    .option("--metric <name>", "metric of a run that minimal_keep may order by (wandb, mlflow)")
    .addHelpText("after", EXAMPLES);

  action<Options>(command, async ([source, input], { out, onto, metric }, { signal, onProgress }) => {
    const { ingestLineage } = await import("../../ingest/gc/ingest-lineage.js");
    onProgress(0, 0, `reading ${input}`);
    const ingested = await ingestLineage(source as (typeof SOURCES)[number], input, { out, onto, metric, signal });
    const { objects, edges, outputs, warnings } = ingested;
    return {
      outputs,
      warnings,
      summary: { source, objects, edges },
      text: `${objects} objects, ${edges} edges -> ${out}`,
    };
  });
}
