import { InputError } from "../core/errors.js";
import { isoUtc } from "../core/time.js";

/** An incident of a service. Times are epoch ms, NaN where they are not known (yet). */
export interface Incident {
  incidentId: string;
  /** `SEV1` to `SEV4` or `P0` to `P4` have response limits; any other name is a group of its own. */
  severity: string;
  service: string;
  startedAt: number;
  detectedAt: number;
  acknowledgedAt: number;
  resolvedAt: number;
}

/** Pairs of times of which the first cannot be after the second, by their columns. */
export const INCIDENT_ORDER = Object.freeze([
  ["started_at", "detected_at"],
  ["started_at", "acknowledged_at"],
  ["started_at", "resolved_at"],
  ["detected_at", "acknowledged_at"],
] as const);

/** The times of an incident by their columns. */
export function incidentTimes({ startedAt, detectedAt, acknowledgedAt, resolvedAt }: Incident) {
  return { started_at: startedAt, detected_at: detectedAt, acknowledged_at: acknowledgedAt, resolved_at: resolvedAt };
}

/**
 * Refuses what cannot have happened. An incident may be resolved before it is detected or acknowledged: it went away by
 * itself and was found later.
 *
 * @throws InputError naming the row (from 1) and the columns
 */
export function checkIncidents(incidents: readonly Incident[]): void {
  incidents.forEach((incident, i) => {
    const times = incidentTimes(incident);
    for (const [first, second] of INCIDENT_ORDER) {
      if (!(times[second] < times[first])) continue;
      throw new InputError(
        `row ${i + 1}: column "${second}": incident "${incident.incidentId}" has ${isoUtc(times[second])}, expected a time not before ${first}, ${isoUtc(times[first])}`,
        { row: i + 1, column: second, incidentId: incident.incidentId },
      );
    }
  });
}
