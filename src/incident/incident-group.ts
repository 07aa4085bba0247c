import { mean, quantileSorted } from "../core/statistics.js";
import type { Incident } from "./incident-record.js";
import type { IncidentGroup } from "./incident-schema.js";

/** Known seconds from one time to another, ascending. */
function seconds(incidents: readonly Incident[], from: (one: Incident) => number, to: (one: Incident) => number) {
  return Float64Array.from(incidents, (one) => (to(one) - from(one)) / 1000)
    .filter((value) => !Number.isNaN(value))
    .sort();
}

/** Incidents by a name, in the order of the names. */
export function groupedBy(incidents: readonly Incident[], name: (one: Incident) => string): [string, Incident[]][] {
  const groups = new Map<string, Incident[]>();
  for (const one of incidents) {
    const group = groups.get(name(one));
    if (group) group.push(one);
    else groups.set(name(one), [one]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** When an incident ends, for their order; an open one ends last. */
const endOf = ({ resolvedAt }: Incident): number => (Number.isNaN(resolvedAt) ? Number.POSITIVE_INFINITY : resolvedAt);

/** Seconds from the end of an incident to the start of the next one of its service, ascending; below 0 where two overlap. */
function secondsBetween(incidents: readonly Incident[]): Float64Array {
  const gaps = groupedBy(incidents, ({ service }) => service).flatMap(([, ofService]) => {
    const inOrder = ofService
      .filter(({ startedAt }) => !Number.isNaN(startedAt))
      .sort((a, b) => a.startedAt - b.startedAt || endOf(a) - endOf(b) || 0);
    return inOrder.slice(1).map((next, i) => (next.startedAt - inOrder[i].resolvedAt) / 1000);
  });
  return Float64Array.from(gaps)
    .filter((value) => !Number.isNaN(value))
    .sort();
}

/** The figures of some incidents: those count of which the times are known. */
export function incidentGroup(incidents: readonly Incident[]): IncidentGroup {
  const mttd = seconds(
    incidents,
    (one) => one.startedAt,
    (one) => one.detectedAt,
  );
  const mtta = seconds(
    incidents,
    (one) => one.detectedAt,
    (one) => one.acknowledgedAt,
  );
  const mttr = seconds(
    incidents,
    (one) => one.startedAt,
    (one) => one.resolvedAt,
  );
  const mtbf = secondsBetween(incidents);
  const figures = (of: (sorted: Float64Array) => number) => {
    const known = (sorted: Float64Array) => (sorted.length > 0 ? of(sorted) : null);
    return { mttdSeconds: known(mttd), mttaSeconds: known(mtta), mttrSeconds: known(mttr), mtbfSeconds: known(mtbf) };
  };
  return {
    n: incidents.length,
    ...figures(mean),
    median: figures((sorted) => quantileSorted(sorted, 0.5)),
    p90: figures((sorted) => quantileSorted(sorted, 0.9)),
    counted: { mttd: mttd.length, mtta: mtta.length, mttr: mttr.length, mtbf: mtbf.length },
    open: incidents.filter(({ resolvedAt }) => Number.isNaN(resolvedAt)).length,
  };
}

/** Gaps below 0 between incidents of one service. */
export function overlaps(incidents: readonly Incident[]): number {
  return secondsBetween(incidents).filter((value) => value < 0).length;
}
