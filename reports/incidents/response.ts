import type { IncidentMetrics, IncidentsFile } from "../../src/incident/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, percent } from "../capacity-plan/words.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";
import { minuteCell } from "../slo/words.js";

/** Judged incidents and those answered too late. */
export function responseTotals({ response, breaches }: IncidentMetrics): { judged: number; late: number } {
  return { judged: Object.values(response).reduce((sum, one) => sum + one.judged, 0), late: breaches.length };
}

function conclusion(result: IncidentsFile): string {
  const { judged, late } = responseTotals(result);
  if (judged === 0) return "No incident can be judged by the response limits.";
  if (late === 0) return `All ${figure(judged)} incidents that can be judged were answered in time.`;
  return `${figure(late)} of ${counted(judged, "incident")} (${percent(late / judged)}) ${late === 1 ? "was" : "were"} answered later than the severity allows.`;
}

function breachTable(breaches: IncidentsFile["breaches"]): Cell[] {
  if (breaches.length === 0) return [];
  return [
    {
      kind: "table",
      id: "response-breaches",
      caption: `Incidents that were answered too late, by time; a dash: not answered by the end of the data.${leftOutWords(breaches.length)}`,
      columns: [
        { name: "incident", label: "Incident", format: "text" },
        { name: "severity", label: "Severity", format: "text" },
        { name: "service", label: "Service", format: "text" },
        { name: "from", label: "Detected (UTC)", format: "text" },
        { name: "response", label: "Response", unit: "min" },
        { name: "limit", label: "Limit", unit: "min" },
      ],
      rows: breaches
        .slice(0, MOST_ROWS)
        .map(({ incidentId, severity, service, from, responseSeconds, limitSeconds }) => ({
          ...{ incident: incidentId, severity, service, from: minuteCell(from) },
          response: responseSeconds === null ? null : Math.round(responseSeconds / 6) / 10,
          limit: limitSeconds / 60,
        })),
    },
  ];
}

/** Severities with response limits, and incidents that broke them. */
export function responseSection(result: IncidentsFile): Cell[] {
  const { response, breaches, overall } = result;
  if (overall.n === 0) return [];
  return [
    heading("response", "Were they answered in time?", conclusion(result)),
    {
      kind: "table",
      id: "response-severities",
      caption:
        "Response: from the detection (else the start) to the acknowledgement (else the resolution). Pending: not answered yet, and the data end before the limit.",
      columns: [
        { name: "severity", label: "Severity", format: "text" },
        { name: "limit", label: "Limit", unit: "min" },
        { name: "judged", label: "Judged", format: "integer" },
        { name: "late", label: "Too late", format: "integer" },
        { name: "share", label: "Share", format: "percent" },
        { name: "pending", label: "Pending", format: "integer" },
      ],
      rows: Object.entries(response).map(([severity, { limitSeconds, judged, breaches: late, pending }]) => ({
        severity,
        limit: limitSeconds === null ? null : limitSeconds / 60,
        judged: limitSeconds === null ? null : judged,
        late: limitSeconds === null ? null : late,
        share: judged > 0 ? Math.round((1000 * late) / judged) / 1000 : null,
        pending: limitSeconds === null ? null : pending,
      })),
    },
    ...breachTable(breaches),
  ];
}
