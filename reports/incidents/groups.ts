import type { IncidentGroup, IncidentMetrics } from "../../src/incident/index.js";
import type { Cell, TableColumn } from "../../src/report/index.js";
import { durationWords, inHours } from "../queues/duration.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";

/** Figures of the incidents of one service, severity or month. */
export interface NamedGroup {
  name: string;
  group: IncidentGroup;
}

export const namedGroups = (groups: IncidentMetrics["bySeverity"]): NamedGroup[] =>
  Object.entries(groups).map(([name, group]) => ({ name, group }));

/** The slowest mean repair first, then those without one. */
export function slowestFirst(groups: readonly NamedGroup[]): NamedGroup[] {
  return [...groups].sort(
    (a, b) => (b.group.mttrSeconds ?? -1) - (a.group.mttrSeconds ?? -1) || (a.name < b.name ? -1 : 1),
  );
}

/** `checkout 2.3 h` of a mean time to repair. */
export function repairWords({ name, group }: NamedGroup): string {
  return `${name} ${durationWords(group.mttrSeconds)}`;
}

const inMinutes = (seconds: number | null) => (seconds === null ? null : Math.round(seconds / 0.6) / 100);

const COLUMNS: readonly TableColumn[] = Object.freeze([
  { name: "n", label: "Incidents", format: "integer" },
  { name: "open", label: "Open", format: "integer" },
  { name: "mttd", label: "MTTD", unit: "min" },
  { name: "mtta", label: "MTTA", unit: "min" },
  { name: "mttr", label: "MTTR", unit: "h" },
  { name: "mttrMedian", label: "median", unit: "h" },
  { name: "mttrP90", label: "p90", unit: "h" },
  { name: "mtbf", label: "MTBF", unit: "h" },
]);

/** A table of groups: mean times, and how the repairs are spread. */
export function groupTable(id: string, what: string, groups: readonly NamedGroup[]): Cell {
  return {
    kind: "table",
    id,
    caption: `Mean times to detect (MTTD), acknowledge (MTTA) and repair (MTTR, with median and 90 % quantile), and between failures (MTBF).${leftOutWords(groups.length)}`,
    columns: [{ name: "name", label: what, format: "text" }, ...COLUMNS],
    rows: groups.slice(0, MOST_ROWS).map(({ name, group: { n, open, median, p90, ...mean } }) => ({
      ...{ name, n, open },
      mttd: inMinutes(mean.mttdSeconds),
      mtta: inMinutes(mean.mttaSeconds),
      mttr: inHours(mean.mttrSeconds),
      mttrMedian: inHours(median.mttrSeconds),
      mttrP90: inHours(p90.mttrSeconds),
      mtbf: inHours(mean.mtbfSeconds),
    })),
  };
}
