import type { ChangesFile, ChangesFileSeries } from "../../changepoint/index.js";
import { writeAtomically, writePieces } from "../../ingest/index.js";
import type { CommandResult } from "../frame.js";
import { changesJson } from "./changes-json.js";
import { changesText } from "./words.js";

/** What stands in the file before the series. */
export type ChangesHead = Pick<ChangesFile["createdFrom"], "inputs"> & Pick<ChangesFile, "options" | "clock">;

/** A run of `changepoint` but for what it found. */
export interface ChangesRun {
  head: ChangesHead;
  warnings: string[];
}

/** Writes the file of the changes. */
export async function writeChanges(
  out: string,
  { head, warnings }: ChangesRun,
  series: readonly ChangesFileSeries[],
  timing: ChangesFile["timing"] | null,
  signal: AbortSignal,
): Promise<CommandResult> {
  const outputs = await writeAtomically(async (files) => {
    await writePieces(await files.reserve(out), changesJson(head, series, timing), signal);
  });
  const changes = series.reduce((sum, one) => sum + one.changes.length, 0);
  return {
    outputs,
    warnings,
    summary: { series: series.length, changes, without_change: series.filter((s) => s.changes.length === 0).length },
    text: changesText(series, out),
  };
}
