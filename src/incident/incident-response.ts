import { isoUtc } from "../core/time.js";
import { groupedBy } from "./incident-group.js";
import type { Incident } from "./incident-record.js";
import type { IncidentMetrics } from "./incident-schema.js";
import { RESPONSE_LIMIT_SECONDS } from "./severity.js";

type Breach = IncidentMetrics["breaches"][number];

const known = (...times: number[]): number => times.find((time) => !Number.isNaN(time)) ?? Number.NaN;

/** Whether an incident was answered in time; `pending` while that cannot be said. */
function judge(incident: Incident, limitSeconds: number, dataEnd: number): "kept" | "pending" | Breach {
  const from = known(incident.detectedAt, incident.startedAt);
  // What was resolved without anybody acknowledging it was answered then at the latest.
  const response = (known(incident.acknowledgedAt, incident.resolvedAt) - from) / 1000;
  const waited = Number.isNaN(response) ? (dataEnd - from) / 1000 : response;
  if (!(waited > limitSeconds)) return Number.isNaN(response) ? "pending" : "kept";
  const { incidentId, severity, service } = incident;
  const responseSeconds = Number.isNaN(response) ? null : response;
  return { incidentId, severity, service, from: isoUtc(from), responseSeconds, limitSeconds };
}

/**
 * Response times against the limits of {@link RESPONSE_LIMIT_SECONDS}: from the detection (else the start) to the
 * acknowledgement (else the resolution). An incident that nobody has answered is a breach once the data go on for longer
 * than its limit.
 *
 * @param dataEnd last time that the data tell of, epoch ms
 */
export function incidentResponse(
  incidents: readonly Incident[],
  dataEnd: number,
): Pick<IncidentMetrics, "response" | "breaches"> {
  const breaches: Breach[] = [];
  const response = groupedBy(incidents, ({ severity }) => severity).map(([severity, some]) => {
    const limitSeconds = Object.hasOwn(RESPONSE_LIMIT_SECONDS, severity) ? RESPONSE_LIMIT_SECONDS[severity] : null;
    if (limitSeconds === null) return [severity, { limitSeconds, judged: 0, breaches: 0, pending: 0 }] as const;
    const verdicts = some.map((incident) => judge(incident, limitSeconds, dataEnd));
    const broken = verdicts.filter((verdict) => typeof verdict === "object");
    const pending = verdicts.filter((verdict) => verdict === "pending").length;
    breaches.push(...broken);
    return [severity, { limitSeconds, judged: some.length - pending, breaches: broken.length, pending }] as const;
  });
  breaches.sort((a, b) => Date.parse(a.from) - Date.parse(b.from) || (a.incidentId < b.incidentId ? -1 : 1));
  return { response: Object.fromEntries(response), breaches };
}
