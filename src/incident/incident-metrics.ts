import { isoUtc, monthName } from "../core/time.js";
import { groupedBy, incidentGroup, overlaps } from "./incident-group.js";
import { checkIncidents, type Incident, incidentTimes } from "./incident-record.js";
import { incidentResponse } from "./incident-response.js";
import type { IncidentMetrics } from "./incident-schema.js";
import { RESPONSE_LIMIT_SECONDS, severityName } from "./severity.js";

const groups = (incidents: readonly Incident[], name: (one: Incident) => string) =>
  Object.fromEntries(groupedBy(incidents, name).map(([key, some]) => [key, incidentGroup(some)]));

function warningsOf(incidents: readonly Incident[], severities: readonly string[]): string[] {
  const without = severities.filter((name) => !Object.hasOwn(RESPONSE_LIMIT_SECONDS, name));
  const undated = incidents.filter(({ startedAt }) => Number.isNaN(startedAt)).length;
  const overlapping = overlaps(incidents);
  return [
    ...(undated > 0
      ? [`incidents without started_at: ${undated} of ${incidents.length}; they have no month and no MTTD, MTTR, MTBF`]
      : []),
    ...(without.length > 0
      ? [
          `no response limit is known for severity ${without.map((name) => `"${name}"`).join(", ")}; limits are those of SEV1 to SEV4 and P0 to P4`,
        ]
      : []),
    ...(overlapping > 0
      ? [
          `incidents that start before the last one of their service is resolved: ${overlapping}; MTBF counts the time between as negative`,
        ]
      : []),
  ];
}

/**
 * Mean times of incidents: to detect (MTTD, detected − started), to acknowledge (MTTA, acknowledged − detected), to
 * repair (MTTR, resolved − started), and between failures (MTBF, next started − previous resolved of the same service),
 * with medians and 90 % quantiles (type 7), overall, by severity, service and month; and response times against the limits
 * of the severities.
 *
 * An incident counts wherever both times are known, so that open ones count too. MTBF of a group is that of its
 * incidents alone: of a severity, between incidents of that severity of one service.
 *
 * @param incidents in any order
 * @throws InputError naming the row for an order of times that is impossible, e.g. resolved before started
 * @example incidentMetrics(incidents).byService["checkout"].mttrSeconds;
 */
export function incidentMetrics(incidents: readonly Incident[]): IncidentMetrics {
  checkIncidents(incidents);
  const all = incidents.map((one) => ({ ...one, severity: severityName(one.severity) }));
  const dated = all.filter(({ startedAt }) => !Number.isNaN(startedAt));
  const first = dated.reduce((least, { startedAt }) => Math.min(least, startedAt), Number.POSITIVE_INFINITY);
  const last = all
    .flatMap((one) => Object.values(incidentTimes(one)))
    .filter((time) => !Number.isNaN(time))
    .reduce((most, time) => Math.max(most, time), Number.NEGATIVE_INFINITY);
  const bySeverity = groups(all, ({ severity }) => severity);
  return {
    overall: incidentGroup(all),
    bySeverity,
    byService: groups(all, ({ service }) => service),
    byMonth: groups(dated, ({ startedAt }) => monthName(startedAt, "UTC")),
    ...incidentResponse(all, last),
    from: dated.length > 0 ? isoUtc(first) : null,
    to: last > Number.NEGATIVE_INFINITY ? isoUtc(last) : null,
    warnings: warningsOf(all, Object.keys(bySeverity)),
  };
}
