import type { IncidentMetrics } from "../../src/incident/index.js";
import type { Cell, Metric } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, percent } from "../capacity-plan/words.js";
import { durationIn, durationWords, inHours } from "../queues/duration.js";
import { namedGroups, slowestFirst } from "./groups.js";
import { responseTotals } from "./response.js";

function conclusion({ overall, from, to }: IncidentMetrics): string {
  const { n, mttdSeconds, mttaSeconds, mttrSeconds } = overall;
  if (n === 0) return "There are no incidents.";
  const span = from === null || to === null ? "" : ` from ${from.slice(0, 10)} to ${to.slice(0, 10)}`;
  const times = [
    ...(mttdSeconds === null ? [] : [`detected after ${durationWords(mttdSeconds)}`]),
    ...(mttaSeconds === null ? [] : [`acknowledged ${durationWords(mttaSeconds)} later`]),
    ...(mttrSeconds === null ? [] : [`repaired ${durationWords(mttrSeconds)} after the start`]),
  ];
  const words = times.length > 0 ? `, on average ${times.join(", ")}` : "";
  return `${counted(n, "incident")}${span}${words}.`;
}

function openWords({ overall: { open, n } }: IncidentMetrics): string {
  if (open === 0) return "";
  return open === n
    ? "All of them are open."
    : `${counted(open, "incident is", "incidents are")} open; they count where their times are known.`;
}

function serviceWords({ byService, overall }: IncidentMetrics): string {
  const groups = namedGroups(byService);
  if (groups.length < 2) return "";
  const most = groups.reduce((a, b) => (b.group.n > a.group.n ? b : a));
  const [slowest] = slowestFirst(groups);
  const slow =
    slowest.group.mttrSeconds === null
      ? ""
      : ` ${slowest.name} takes longest to repair, ${durationWords(slowest.group.mttrSeconds)} on average.`;
  return `${most.name} has most incidents, ${figure(most.group.n)} of ${figure(overall.n)}.${slow}`;
}

function skewWords({ overall: { mttrSeconds, median, p90 } }: IncidentMetrics): string {
  if (mttrSeconds === null || median.mttrSeconds === null) return "";
  return `Half of the repairs take no longer than ${durationWords(median.mttrSeconds)}, nine of ten no longer than ${durationWords(p90.mttrSeconds)}.`;
}

function lateWords(result: IncidentMetrics): string {
  const { judged, late } = responseTotals(result);
  if (judged === 0) return "";
  return late === 0
    ? "All were answered within the limit of their severity."
    : `${figure(late)} of ${figure(judged)} (${percent(late / judged)}) were answered later than their severity allows.`;
}

function tiles({ overall }: IncidentMetrics): Metric[] {
  const time = (label: string, seconds: number | null): Metric =>
    seconds === null || seconds < 0 ? { label, value: null } : { label, ...durationIn(seconds) };
  return [
    time("Mean time to detect", overall.mttdSeconds),
    time("Mean time to acknowledge", overall.mttaSeconds),
    time("Mean time to repair", overall.mttrSeconds),
    time("Mean time between failures of a service", overall.mtbfSeconds),
  ];
}

const TIMES = Object.freeze([
  { key: "mttd", name: "to detect (MTTD)" },
  { key: "mtta", name: "to acknowledge (MTTA)" },
  { key: "mttr", name: "to repair (MTTR)" },
  { key: "mtbf", name: "between failures of a service (MTBF)" },
] as const);

/** How the times of all incidents are spread. */
function timesTable(id: string, { overall: { counted: counts, median, p90, ...mean } }: IncidentMetrics): Cell {
  return {
    kind: "table",
    id: `${id}-times`,
    caption: "Times over all incidents that have them.",
    columns: [
      { name: "time", label: "Time", format: "text" },
      { name: "count", label: "Count", format: "integer" },
      { name: "mean", label: "Mean", unit: "h" },
      { name: "median", label: "Median", unit: "h" },
      { name: "p90", label: "90 % within", unit: "h" },
    ],
    rows: TIMES.map(({ key, name }) => ({
      time: name,
      count: counts[key],
      mean: inHours(mean[`${key}Seconds`]),
      median: inHours(median[`${key}Seconds`]),
      p90: inHours(p90[`${key}Seconds`]),
    })),
  };
}

/**
 * How fast incidents are found and repaired, and where that fails.
 *
 * @param id of the heading, with which the ids of the other cells begin
 */
export function meanTimes(id: string, metrics: IncidentMetrics): Cell[] {
  const head = heading(id, "How fast are incidents found and repaired?", conclusion(metrics));
  if (metrics.overall.n === 0) return [head];
  const points = [skewWords(metrics), serviceWords(metrics), lateWords(metrics), openWords(metrics)];
  return [
    head,
    { kind: "metrics", id: `${id}-figures`, items: tiles(metrics) },
    ...bullets(`${id}-words`, points),
    timesTable(id, metrics),
  ];
}
