import type { InputFile } from "../../core/demand.js";
import { type IncidentMetrics, incidentMetrics } from "../../incident/index.js";
import { readIncidents } from "../../ingest/read-incidents.js";

/** Metrics of a file of incidents, with the warnings of reading it. */
export async function readIncidentMetrics(
  input: string,
  signal: AbortSignal,
): Promise<{ metrics: IncidentMetrics; inputs: InputFile[] }> {
  const { incidents, inputs, warnings } = await readIncidents(input, { signal });
  const found = incidentMetrics(incidents);
  return { metrics: { ...found, warnings: [...warnings, ...found.warnings] }, inputs };
}
