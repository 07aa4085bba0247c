import type { Command } from "commander";
import { VERSION } from "../../core/version.js";
import type { IncidentsFile } from "../../incident/index.js";
import { action } from "../frame.js";
import { meanTimesText } from "../slo/mean-times-text.js";

interface Options {
  out: string;
}

const EXAMPLES = `
Examples:
  fleetlens incidents incidents.csv --out incidents.json
  fleetlens report render incidents.json --to html --out reports

Columns: incident_id, severity, service, started_at, detected_at, acknowledged_at, resolved_at. Empty: not known (yet).
MTTD detected - started, MTTA acknowledged - detected, MTTR resolved - started, MTBF next started - previous resolved.`;

function text(result: IncidentsFile, out: string): string {
  const { breaches, response } = result;
  const judged = Object.values(response).reduce((sum, one) => sum + one.judged, 0);
  return [
    ...meanTimesText(result),
    `${breaches.length} of ${judged} were answered later than their severity allows`,
    `-> ${out}`,
  ].join("\n");
}

/** `fleetlens incidents`: MTTD, MTTA, MTTR, MTBF and broken response limits of a list of incidents. */
export function registerIncidents(program: Command): void {
  const command = program
    .command("incidents")
    .description("MTTD, MTTA, MTTR and MTBF of incidents by service, severity and month; broken response limits.")
    .argument("<input>", "incidents: .parquet, .csv(.gz), .arrow/.feather, .json/.jsonl, a directory or a glob")
    .requiredOption("--out <file>", "JSON file to write")
    .addHelpText("after", EXAMPLES);

  action<Options>(command, async ([input], o, { signal, onProgress }) => {
    const { writeAtomically } = await import("../../ingest/atomic.js");
    const { refuseOwnInput } = await import("../own-input.js");
    const { readIncidentMetrics } = await import("../slo/read-incident-metrics.js");
    refuseOwnInput(input, [o.out]);
    onProgress(0, 0, "reading");
    const { metrics, inputs } = await readIncidentMetrics(input, signal);
    const result = {
      schema: "fleetlens.incidents/1" as const,
      version: VERSION,
      createdFrom: { inputs, options: {}, seed: null },
      ...metrics,
    };
    const outputs = await writeAtomically((files) => files.write(o.out, `${JSON.stringify(result, null, 2)}\n`));
    const { n, mttdSeconds, mttaSeconds, mttrSeconds, mtbfSeconds } = result.overall;
    return {
      outputs,
      warnings: result.warnings,
      summary: { n, mttdSeconds, mttaSeconds, mttrSeconds, mtbfSeconds, breaches: result.breaches.length },
      text: text(result, o.out),
    };
  });
}
