import type { IncidentMetrics } from "../../src/incident/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, listed } from "../capacity-plan/words.js";
import { groupTable, type NamedGroup, namedGroups, repairWords, slowestFirst } from "./groups.js";
import { timesChart } from "./times-chart.js";

/** Rows of a chart. */
const MOST_MARKS = 25;

interface Section {
  id: string;
  title: string;
  /** What a row is: `Service`. */
  what: string;
  noun: [one: string, several: string];
}

function conclusion(groups: readonly NamedGroup[], [one, several]: Section["noun"]): string {
  const repaired = slowestFirst(groups).filter(({ group }) => group.mttrSeconds !== null);
  if (repaired.length === 0) return `${counted(groups.length, one, several)}, none with a repaired incident.`;
  if (repaired.length === 1) return `${repairWords(repaired[0])} to repair on average.`;
  const [first] = repaired;
  return `Slowest to repair on average: ${repairWords(first)}; fastest: ${repairWords(repaired[repaired.length - 1])}.`;
}

function cells(groups: readonly NamedGroup[], { id, title, what, noun }: Section): Cell[] {
  const shown = groups.slice(0, MOST_MARKS);
  const left = groups.length - shown.length;
  return [
    heading(id, title, conclusion(groups, noun)),
    {
      kind: "chart",
      id: `${id}-times`,
      alt: `Mean times to detect, acknowledge and repair of ${counted(groups.length, noun[0], noun[1])}. To repair: ${listed(shown.slice(0, 4).map(repairWords))}${groups.length > 4 ? "; the others are in the table" : ""}.`,
      caption: `To detect and to repair from the start, to acknowledge from the detection. The axis is logarithmic.${left > 0 ? ` ${counted(left, noun[0], noun[1])} with faster repairs ${left === 1 ? "is" : "are"} in the table only.` : ""}`,
      spec: timesChart(`Mean times by ${noun[0]}`, what, shown),
    },
    groupTable(`${id}-table`, what, groups),
  ];
}

/** Which service is slow to detect, acknowledge and repair. */
export function servicesSection({ byService, overall }: IncidentMetrics): Cell[] {
  if (overall.n === 0) return [];
  const noun: Section["noun"] = ["service", "services"];
  return cells(slowestFirst(namedGroups(byService)), {
    id: "services",
    title: "Which services?",
    what: "Service",
    noun,
  });
}

/** The same by severity, in the order of their names. */
export function severitiesSection({ bySeverity, overall }: IncidentMetrics): Cell[] {
  if (overall.n === 0) return [];
  const noun: Section["noun"] = ["severity", "severities"];
  const title = "Are severe incidents repaired first?";
  return cells(namedGroups(bySeverity), { id: "severities", title, what: "Severity", noun });
}
