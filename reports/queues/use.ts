import type { Cell } from "../../src/report/index.js";
import type { SimulationFile } from "../../src/simulate/index.js";
import { heading, paragraph } from "../capacity-plan/section.js";
import { counted, figure, listed, percent } from "../capacity-plan/words.js";
import { unusedName } from "../unused-name.js";
import { type Clock, clockOf } from "./clock.js";
import { durationWords } from "./duration.js";
import { useChart } from "./use-chart.js";

type Timeline = NonNullable<SimulationFile["timeline"]>;
type Series = "running_gpus" | "pending_gpus";

/** Above this share of its GPUs a cluster counts as full: the rest is rarely a hole that a job fits. */
const FULL = 0.95;

/** Sum over the queues, by step. */
function totals({ queues }: Timeline, of: Series): number[] {
  return queues[0][of].map((_, i) => queues.reduce((sum, queue) => sum + queue[of][i], 0));
}

function peak(values: readonly number[]): { value: number; index: number } {
  const value = values.reduce((a, b) => Math.max(a, b), 0);
  return { value, index: values.indexOf(value) };
}

function conclusion(result: SimulationFile, timeline: Timeline, clock: Clock): string {
  const { gpus, gpu_util } = result;
  const running = totals(timeline, "running_gpus");
  const full = running.filter((value) => value >= FULL * gpus).length / running.length;
  const used = `On average ${percent(gpu_util)} of ${counted(gpus, "GPU")} are in use; ${full === 0 ? "never" : `${percent(full)} of the time`} more than ${percent(FULL)}.`;
  const { value, index } = peak(totals(timeline, "pending_gpus"));
  if (value === 0) return `${used} Nothing waits for longer than a moment.`;
  return `${used} Most is waited for ${clock.dated ? "from" : "on"} ${clock.words(timeline.from_s + index * timeline.step_s)}${clock.dated ? " on" : ""}: jobs for ${figure(Math.round(value))} GPUs, ${figure(Math.round((10 * value) / gpus) / 10)} times what exists.`;
}

function cell(result: SimulationFile, timeline: Timeline, clock: Clock, of: Series): Cell {
  const { gpus, outages } = result;
  const runs = of === "running_gpus";
  const values = totals(timeline, of);
  const { value, index } = peak(values);
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  const when = clock.words(timeline.from_s + index * timeline.step_s);
  const others = unusedName(
    "other queues",
    timeline.queues.flatMap(({ name }) => name ?? []),
  );
  const end = timeline.from_s + values.length * timeline.step_s;
  const title = runs ? "GPUs in use" : "GPUs waited for";
  return {
    kind: "chart",
    id: runs ? "use-running" : "use-pending",
    alt: `${title} by queue over time: ${figure(Math.round(mean))} on average of ${figure(gpus)} that exist, most at ${when} with ${figure(Math.round(value))}.`,
    caption:
      `Means of ${durationWords(timeline.step_s)}, queues on top of each other.` +
      (runs ? " Dashed: what exists." : " What waiting jobs ask for.") +
      (outages.length > 0 ? " Red: outages." : ""),
    spec: useChart({
      title,
      clock,
      from: timeline.from_s,
      step: timeline.step_s,
      series: timeline.queues.map((queue) => ({ name: queue.name ?? others, values: queue[of] })),
      yTitle: title,
      ...(runs ? { capacity: gpus } : {}),
      spans: outages
        .filter(({ at_s }) => at_s < end)
        .map(({ zones, at_s, for_s }) => ({
          from: at_s,
          to: Math.min(at_s + for_s, end),
          label: `${listed(zones)} down`,
        })),
    }),
  };
}

/** How busy the cluster is over time, and how much waits. */
export function useSection(result: SimulationFile): Cell[] {
  const { timeline } = result;
  if (!timeline || timeline.queues.length === 0 || timeline.queues[0].running_gpus.length === 0) return [];
  const clock = clockOf(result);
  const waits = peak(totals(timeline, "pending_gpus")).value > 0;
  return [
    heading("use", "How busy is the cluster?", conclusion(result, timeline, clock)),
    cell(result, timeline, clock, "running_gpus"),
    ...(waits ? [cell(result, timeline, clock, "pending_gpus")] : [paragraph("use-none", "No job waits.")]),
  ];
}
