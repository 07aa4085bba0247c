import { InputError } from "../../core/errors.js";
import { type HourlySums, hourlySumColumns, hourlySumJson } from "../../ingest/aggregate-hours.js";
import { writeAtomically } from "../../ingest/atomic.js";
import { tableFormat, writePieces, writeTable } from "../../ingest/write-table.js";
import type { CommandResult } from "../frame.js";

/** @throws InputError for a name that is neither of JSON nor of Parquet */
export function checkSumsFile(out: string): void {
  if (tableFormat(out) === "csv") throw new InputError(`--out must end in .json or .parquet, got "${out}"`, { out });
}

/** Whether a name is that of a file of sums. */
export function isSumsFile(out: string): boolean {
  return /\.(json|parquet)$/i.test(out);
}

/** Writes the file of `fleetlens aggregate`. */
export async function writeSums(out: string, sums: HourlySums, signal: AbortSignal): Promise<CommandResult> {
  const format = tableFormat(out);
  const outputs = await writeAtomically(async (files) => {
    const path = await files.reserve(out);
    if (format === "json") await writePieces(path, hourlySumJson(sums), signal);
    else await writeTable(path, hourlySumColumns(sums), { format, signal });
  });
  const rows = sums.queue.length;
  const gpuHours = sums.gpuHours.reduce<number>((total, hours) => total + (hours ?? 0), 0);
  return {
    outputs,
    warnings: sums.warnings,
    summary: { engine: sums.engine, rows, gpu_hours: gpuHours },
    text: `${rows} rows, ${gpuHours.toFixed(2)} GPU-hours -> ${out}`,
  };
}
