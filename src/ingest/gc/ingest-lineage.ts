import { join } from "node:path";
import { InputError } from "../../core/errors.js";
import { openDuckDb } from "../../engine/duckdb.js";
import { writeAtomically } from "../atomic.js";
import { type ResolvedFile, resolveInputs } from "../input-files.js";
import { createLineageGraph } from "./lineage-graph.js";
import type { LineageOptions, LineageReader } from "./lineage-reader.js";
import { sourceRoot } from "./source-files.js";
import { type LineageCounts, writeLineage } from "./write-lineage.js";

/** Exports that can be read, each loaded when it is asked for. */
const READERS = {
  "s3-inventory": async () => (await import("./s3-inventory.js")).readS3Inventory,
  iceberg: async () => (await import("./iceberg.js")).readIceberg,
  dvc: async () => (await import("./dvc.js")).readDvc,
  wandb: async () => (await import("./wandb.js")).readWandb,
  mlflow: async () => (await import("./mlflow.js")).readMlflow,
  oci: async () => (await import("./oci.js")).readOci,
  opensearch: async () => (await import("./opensearch.js")).readOpensearch,
  logs: async () => (await import("./logs.js")).readLogs,
} satisfies Record<string, () => Promise<LineageReader>>;

export type LineageSource = keyof typeof READERS;

/** Options of {@link ingestLineage}. */
export interface IngestLineageOptions extends LineageOptions {
  /** Folder for `objects.parquet` and `edges.parquet`. */
  out: string;
  /** Objects ingested before (Parquet, a glob), e.g. from an S3 Inventory: taken over, and edges lead to them. */
  onto?: string;
}

export interface IngestedLineage extends LineageCounts {
  outputs: string[];
  warnings: string[];
}

/** Files of objects that an earlier ingest wrote. */
async function objectFiles(input: string): Promise<ResolvedFile[]> {
  const files = await resolveInputs(input);
  const { name, format } = files[0];
  if (format !== "parquet") throw new InputError(`"${name}" is no Parquet file: name the objects.parquet of an ingest`);
  return files;
}

/**
 * Turns an export of a platform's metadata into the objects and edges that `fleetlens gc plan` reads: both files appear,
 * or none.
 *
 * @param input folder of the export, or its one file
 * @throws InputError naming the file and the fix where the export is broken or not whole
 */
export async function ingestLineage(
  source: LineageSource,
  input: string,
  options: IngestLineageOptions,
): Promise<IngestedLineage> {
  const { out, signal } = options;
  const root = await sourceRoot(input);
  const onto = options.onto === undefined ? [] : await objectFiles(options.onto);
  const read = await READERS[source]();
  const warnings: string[] = [];
  let counts: LineageCounts = { objects: 0, edges: 0 };
  const outputs = await writeAtomically(async (files) => {
    const [objects, edges] = [
      await files.reserve(join(out, "objects.parquet")),
      await files.reserve(join(out, "edges.parquet")),
    ];
    // One thread, so that row groups are always cut alike.
    const engine = await openDuckDb({
      allowedDirectories: [root.path],
      allowedFiles: [objects, edges, ...onto.map(({ path }) => path)],
      threads: 1,
    });
    try {
      const graph = await createLineageGraph(engine, onto, signal);
      warnings.push(...(await read(root, graph, options)));
      counts = await writeLineage(graph, { objects, edges }, signal);
    } finally {
      await engine.close();
    }
  });
  if (counts.objects === 0) warnings.push(`${input}: the export lists no artifact`);
  return { ...counts, outputs, warnings };
}

/** Names of the exports that {@link ingestLineage} reads. */
export const LINEAGE_SOURCES = Object.keys(READERS) as LineageSource[];
