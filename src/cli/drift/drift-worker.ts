import type { ComparedCell } from "../../drift/compare-cells.js";
import { compareFeature } from "../../drift/drift-report.js";
import type { DriftColumn, DriftOptions } from "../../drift/types.js";
import { serveTasks } from "../../ingest/serve-tasks.js";
import { sha256File } from "../../ingest/sha256-file.js";
import { type Comparison, compareTables, type TablePair } from "./compare-tables.js";

/**
 * What a second thread does while the first one reads: a file's SHA-256; features that are there already; and, once all is
 * read, the comparison.
 */
export type DriftTask =
  | { file: string }
  | { feature: string; reference: DriftColumn; current: DriftColumn; settings: DriftOptions }
  | { tables: TablePair };

const known = new Map<string, ComparedCell>();

serveTasks<DriftTask, string | null | Comparison>((task) => {
  if ("file" in task) return sha256File(task.file);
  if ("tables" in task) return compareTables(task.tables, known);
  const { feature, reference, current, settings } = task;
  const compared = compareFeature(feature, reference, current, settings);
  if (compared) known.set(feature, compared);
  return null;
});
