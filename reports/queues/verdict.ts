import type { Cell, Metric } from "../../src/report/index.js";
import type { SimulationFile } from "../../src/simulate/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed, listedUpTo, percent } from "../capacity-plan/words.js";
import { drillWords } from "./drills.js";
import { durationIn, durationWords } from "./duration.js";
import { fairnessWords } from "./fairness.js";
import { keepsTargets, slowestFirst, waitTargets } from "./targets.js";

/** Queues named in a sentence. */
const NAMED = 3;

function conclusion(result: SimulationFile): string {
  const { jobs, median_wait_s, p95_wait_s, policy, gpus } = result;
  if (jobs === 0) return "No job was submitted.";
  if (median_wait_s === null) return `None of the ${counted(jobs, "job")} ever started on the ${counted(gpus, "GPU")}.`;
  const most = `95\u00a0% wait no longer than ${durationWords(p95_wait_s)}`;
  const waits =
    p95_wait_s === 0
      ? "At least 95\u00a0% of the jobs start at once"
      : median_wait_s === 0
        ? `At least half of the jobs start at once, ${most}`
        : `Half of the jobs wait no longer than ${durationWords(median_wait_s)}, ${most}`;
  return `${sloWords(result)} ${waits} under ${policy} on ${counted(gpus, "GPU")}.`.trim();
}

/** Whether the queues keep their targets. */
function sloWords(result: SimulationFile): string {
  const targets = waitTargets(result);
  const judged = result.by_queue.filter((queue) => keepsTargets(queue, targets) !== null);
  if (judged.length === 0) return "";
  const missed = slowestFirst(judged.filter((queue) => keepsTargets(queue, targets) === false)).map(({ name }) => name);
  if (missed.length === 0)
    return judged.length === 1
      ? "The queue keeps its wait targets."
      : `All ${judged.length} queues keep the wait targets.`;
  if (judged.length === 1) return "The queue misses its wait targets.";
  return `${missed.length} of ${judged.length} queues miss the wait targets: ${listedUpTo(missed, NAMED)}.`;
}

function worstWords(result: SimulationFile): string {
  const [worst, next] = slowestFirst(result.by_queue);
  if (!next || worst.p95_wait_s === 0) return "";
  const { p95: limit } = waitTargets(result);
  const against = limit === null ? "" : ` (target ${durationWords(limit)})`;
  return `${worst.name} waits longest: p95 ${durationWords(worst.p95_wait_s)}${against}, median ${durationWords(worst.median_wait_s)}; ${next.p95_wait_s === 0 ? "in all other queues at least 95\u00a0% of the jobs start at once" : `next is ${next.name} with p95 ${durationWords(next.p95_wait_s)}`}.`;
}

function lostWords({ jobs, rejected, shed, unfinished, rejected_for, deadlines }: SimulationFile): string {
  const parts = [
    ...(rejected_for.capacity > 0 ? [`${figure(rejected_for.capacity)} are larger than any pool`] : []),
    ...(rejected_for.budget > 0 ? [`${figure(rejected_for.budget)} are refused for their budget`] : []),
    ...(shed > 0 ? [`${figure(shed)} are turned away from a full queue`] : []),
    ...(unfinished > 0 ? [`${figure(unfinished)} never end`] : []),
  ];
  const missed =
    deadlines.missed > 0 ? `${figure(deadlines.missed)} of ${counted(deadlines.jobs, "deadline")} are missed.` : "";
  if (parts.length === 0) return missed;
  const share = percent((rejected + shed + unfinished) / jobs);
  return `Of ${counted(jobs, "job")}, ${listed(parts)} (${share} together). ${missed}`.trim();
}

/** Targets of the whole cluster that are not waits: use and cost. */
function otherTargets({ slo }: SimulationFile): string[] {
  return slo.flatMap(({ target, limit, value, met }) => {
    if (target === "gpu_util" && value !== null) {
      return [
        `The GPUs are in use ${percent(value)} of the time, ${met ? "above" : "below"} the target of ${percent(limit)}.`,
      ];
    }
    if (target === "cost_per_gpu_hour" && value !== null) {
      return [`A GPU-hour costs ${figure(value)} USD, ${met ? "within" : "above"} the target of ${figure(limit)}.`];
    }
    return [];
  });
}

function tiles(result: SimulationFile): Metric[] {
  const { median_wait_s, p95_wait_s, gpu_util, cost_per_gpu_hour, jobs, completed } = result;
  const perCent = (share: number) => ({ value: Math.round(share * 1000) / 10, unit: "%" });
  const wait = (seconds: number | null) => (seconds === null ? { value: null } : durationIn(seconds));
  return [
    { label: "Median wait", ...wait(median_wait_s) },
    { label: "p95 wait", ...wait(p95_wait_s) },
    { label: "GPUs in use", ...perCent(gpu_util) },
    cost_per_gpu_hour === null
      ? { label: `Jobs that end, of ${figure(jobs)}`, ...perCent(jobs > 0 ? completed / jobs : 1) }
      : { label: "Cost of a useful GPU-hour", value: cost_per_gpu_hour, unit: "USD" },
  ];
}

/** Whether jobs wait too long, where, and what an outage costs. */
export function verdictSection(result: SimulationFile): Cell[] {
  const points = [
    worstWords(result),
    ...otherTargets(result),
    ...result.outages.slice(0, NAMED).map((outage) => drillWords(result, outage)),
    lostWords(result),
    fairnessWords(result),
  ];
  return [
    heading("verdict", "Do jobs wait too long?", conclusion(result)),
    { kind: "metrics", id: "verdict-figures", items: tiles(result) },
    ...bullets("verdict-words", points),
  ];
}
