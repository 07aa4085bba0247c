import type { InputFile } from "../../core/demand.js";
import { kpiWarnings, type RcaInput } from "../../incident/index.js";
import { readChangeEvents, readKpi, readModelSamples, readReplay, readSliceTable } from "../../ingest/index.js";

/** Files of `fleetlens rca`. */
export interface RcaFiles {
  kpi: string;
  events: string;
  slices?: string;
  samples?: string;
  replay?: string;
}

/**
 * Reads all files of an analysis.
 *
 * @throws InputError with file, row and column for a bad cell
 */
export async function readRcaInputs(
  files: RcaFiles,
  signal: AbortSignal,
): Promise<{ input: RcaInput; inputs: InputFile[]; warnings: string[] }> {
  const options = { signal };
  const kpi = await readKpi(files.kpi, options);
  const events = await readChangeEvents(files.events, options);
  const slices = files.slices === undefined ? undefined : await readSliceTable(files.slices, options);
  const samples = files.samples === undefined ? undefined : await readModelSamples(files.samples, options);
  const replay = files.replay === undefined ? undefined : await readReplay(files.replay, options);
  const read = [kpi, events, slices, samples, replay].filter((one) => one !== undefined);
  return {
    input: {
      kpi: kpi.kpi,
      events: events.events,
      slices: slices?.table,
      samples: samples?.samples,
      replay: replay?.replay,
    },
    inputs: read.flatMap((one) => one.inputs),
    warnings: [...kpi.warnings, ...events.warnings, ...(slices?.warnings ?? []), ...kpiWarnings(kpi.kpi)],
  };
}
