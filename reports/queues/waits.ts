import type { Cell } from "../../src/report/index.js";
import type { SimulationFile } from "../../src/simulate/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed, percent } from "../capacity-plan/words.js";
import { unusedName } from "../unused-name.js";
import { durationWords, inHours } from "./duration.js";
import { keepsTargets, type Served, slowestFirst, type WaitTargets, waitTargets } from "./targets.js";
import { waitCurves } from "./wait-curves.js";
import { waitRanges } from "./wait-ranges.js";

/** Curves that can be told apart, beside the one of all jobs. */
const MOST_CURVES = 5;
/** Rows of the chart of ranges. */
const MOST_ROWS = 30;
/** Rows of a table. */
const MOST_LINES = 200;

function conclusion(result: SimulationFile): string {
  const { started_at_once: atOnce, wait_quantiles_s: q, jobs, by_queue: queues } = result;
  if (q.length === 0) return "No job started.";
  const at = `${figure(atOnce)} of ${counted(jobs, "job")} (${percent(atOnce / jobs)}) start at once`;
  if (queues.length < 2) return `${at}; the longest wait is ${durationWords(q[q.length - 1])}.`;
  const waiting = queues.filter(({ p95_wait_s }) => (p95_wait_s ?? 0) > 0);
  if (waiting.length === 0) return `${at}; in no queue does more than one job in twenty wait.`;
  return `${at}; the longest wait is ${durationWords(q[q.length - 1])}. In ${waiting.length === queues.length ? `all ${queues.length}` : `${waiting.length} of ${queues.length}`} queues more than one job in twenty waits.`;
}

function targetRules({ median, p95 }: WaitTargets) {
  return [
    ...(median === null ? [] : [{ value: median, label: "median target" }]),
    ...(p95 === null ? [] : [{ value: p95, label: "p95 target" }]),
  ].sort((a, b) => a.value - b.value);
}

function targetWords(targets: WaitTargets): string {
  return targetRules(targets).length > 0 ? " Dashed: the targets." : "";
}

/** The queues with most jobs, each with its waits. */
function largest(queues: readonly Served[]): Served[] {
  return [...queues]
    .filter(({ wait_quantiles_s }) => wait_quantiles_s.length > 0)
    .sort((a, b) => b.jobs - a.jobs || (a.name < b.name ? -1 : 1));
}

function curvesCell(result: SimulationFile): Cell[] {
  if (result.wait_quantiles_s.length === 0) return [];
  const all = largest(result.by_queue);
  const shown = all.length > 1 ? all.slice(0, MOST_CURVES) : [];
  const targets = waitTargets(result);
  const whole = {
    name: unusedName(
      "all jobs",
      shown.map((one) => one.name),
    ),
    quantiles: result.wait_quantiles_s,
  };
  const left = all.length > 1 ? all.length - shown.length : 0;
  const words = [
    `all jobs ${durationWords(result.median_wait_s)} and ${durationWords(result.p95_wait_s)}`,
    ...shown.map((one) => `${one.name} ${durationWords(one.median_wait_s)} and ${durationWords(one.p95_wait_s)}`),
  ];
  return [
    {
      kind: "chart",
      id: "waits-curves",
      alt: `Share of the jobs by how long they waited; median and p95 wait: ${listed(words)}.`,
      caption:
        "Further left and higher is better. The axis is logarithmic; waits below a second are drawn at 1 s." +
        (left > 0
          ? ` The ${counted(left, "queue")} with fewest jobs ${left === 1 ? "is" : "are"} in the table only.`
          : "") +
        targetWords(targets),
      spec: waitCurves({
        title: "Jobs that waited no longer",
        curves: [whole, ...shown.map((one) => ({ name: one.name, quantiles: one.wait_quantiles_s }))],
        targets: targetRules(targets),
      }),
    },
  ];
}

function rangesCell(result: SimulationFile, id: string, what: "Queue" | "Team", served: readonly Served[]): Cell[] {
  const all = slowestFirst(served);
  if (all.length < 2) return [];
  const shown = all.slice(0, MOST_ROWS);
  const targets = waitTargets(result);
  const left = all.length - shown.length;
  const plural = `${what.toLowerCase()}s`;
  const [first] = shown;
  const last = all[all.length - 1];
  return [
    {
      kind: "chart",
      id,
      alt:
        `Waits by ${what.toLowerCase()}, the longest p95 first: from ${first.name} with median ${durationWords(first.median_wait_s)} and p95 ` +
        `${durationWords(first.p95_wait_s)} to ${last.name} with ${durationWords(last.median_wait_s)} and ${durationWords(last.p95_wait_s)}.`,
      caption:
        "Dot: half of the jobs waited no longer. Bar: the middle half. Line: up to where 95\u00a0% waited no longer." +
        (left > 0 ? ` ${left} ${plural} with shorter waits are not drawn.` : "") +
        targetWords(targets),
      spec: waitRanges({ title: `Waits by ${what.toLowerCase()}`, served: shown, what, targets: targetRules(targets) }),
    },
  ];
}

function table(result: SimulationFile, id: string, what: "Queue" | "Team", served: readonly Served[]): Cell[] {
  if (served.length === 0) return [];
  const targets = waitTargets(result);
  const judged = served.some((one) => keepsTargets(one, targets) !== null);
  const sorted = [...served].sort((a, b) => (b.p95_wait_s ?? -1) - (a.p95_wait_s ?? -1) || (a.name < b.name ? -1 : 1));
  const left = sorted.length - MOST_LINES;
  const lost = served.some(({ completed, jobs }) => completed < jobs);
  return [
    {
      kind: "table",
      id,
      caption: `Waits by ${what.toLowerCase()} and the mean turnaround (from submit to end), the longest p95 first.${left > 0 ? ` ${left} with shorter waits are not listed.` : ""}`,
      columns: [
        { name: "name", label: what, format: "text" },
        ...(judged ? [{ name: "met", label: "In target" }] : []),
        { name: "jobs", label: "Jobs", format: "integer" },
        ...(lost ? [{ name: "completed", label: "Of them end", format: "integer" }] : []),
        { name: "median", label: "Median", unit: "h" },
        { name: "p95", label: "p95", unit: "h" },
        { name: "p99", label: "p99", unit: "h" },
        { name: "mean", label: "Mean", unit: "h" },
        { name: "turnaround", label: "Turnaround", unit: "h" },
        { name: "hours", label: "GPU-hours", format: "integer" },
      ],
      rows: sorted.slice(0, MOST_LINES).map((one) => ({
        name: one.name,
        met: keepsTargets(one, targets),
        jobs: one.jobs,
        completed: one.completed,
        median: inHours(one.median_wait_s),
        p95: inHours(one.p95_wait_s),
        p99: inHours(one.p99_wait_s),
        mean: inHours(one.mean_wait_s),
        turnaround: inHours(one.mean_jct_s),
        hours: one.gpu_hours,
      })),
    },
  ];
}

/** How long jobs wait: all of them, by queue and by team. */
export function waitsSection(result: SimulationFile): Cell[] {
  if (result.jobs === 0) return [];
  return [
    heading("waits", "How long do jobs wait?", conclusion(result)),
    ...curvesCell(result),
    ...rangesCell(result, "waits-queues", "Queue", result.by_queue),
    ...table(result, "waits-queue-table", "Queue", result.by_queue),
    ...rangesCell(result, "waits-teams", "Team", result.by_team),
    ...table(result, "waits-team-table", "Team", result.by_team),
  ];
}
