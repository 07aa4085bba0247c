import { z } from "zod";
import type { Timeline } from "./timeline.js";

const Values = z.array(z.number()).describe("mean over each step");

/** Use over time for charts: means over even steps. */
export const TimelineMeansSchema = z.object({
  from_s: z.number().describe("second at which the first step begins"),
  step_s: z.number().positive(),
  queues: z.array(
    z.object({
      name: z.string().nullable().describe("null for all other queues together"),
      running_gpus: Values,
      pending_gpus: Values,
    }),
  ),
});
export type TimelineMeans = z.infer<typeof TimelineMeansSchema>;

/** Queues by name; the others together. Steps of all series together, so that the file stays small. */
const MOST = { series: 6, points: 2000 };

const HOUR = 3600;
const STEPS = [60, 300, 900, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 168 * HOUR] as const;

/**
 * Means of the timeline over even steps (an hour, or whatever keeps the series short), the queues with most GPU-hours
 * first and the small ones together.
 *
 * @param names of the queues
 * @returns null for an empty timeline
 */
export function timelineMeans(timeline: Timeline, names: readonly string[]): TimelineMeans | null {
  const { t, queue, runningGpus, pendingGpus } = timeline;
  if (t.length === 0) return null;
  const [first, last] = [t[0], t[t.length - 1]];
  const [from, step, count] = grid(first, last, Math.floor(MOST.points / Math.min(names.length, MOST.series)));
  const running = names.map(() => new Float64Array(count));
  const pending = names.map(() => new Float64Array(count));
  const since = new Float64Array(names.length).fill(first);
  const now = names.map(() => ({ running: 0, pending: 0 }));
  for (let row = 0; row < t.length; row++) {
    const q = queue[row];
    addSpan(running[q], (since[q] - from) / step, (t[row] - from) / step, now[q].running);
    addSpan(pending[q], (since[q] - from) / step, (t[row] - from) / step, now[q].pending);
    since[q] = t[row];
    now[q] = { running: runningGpus[row], pending: pendingGpus[row] };
  }
  // What still holds at the end holds for the rest of the last step.
  names.forEach((_, q) => {
    addSpan(running[q], (since[q] - from) / step, count, now[q].running);
    addSpan(pending[q], (since[q] - from) / step, count, now[q].pending);
  });
  const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
  const order = names.map((_, q) => q).sort((a, b) => total(running[b]) - total(running[a]) || a - b);
  const named = order.length > MOST.series ? order.slice(0, MOST.series - 1) : order;
  const rest = order.slice(named.length);
  const series = (name: string | null, queues: readonly number[]) => ({
    name,
    running_gpus: sums(queues.map((q) => running[q])),
    pending_gpus: sums(queues.map((q) => pending[q])),
  });
  return {
    from_s: from,
    step_s: step,
    queues: [...named.map((q) => series(names[q], [q])), ...(rest.length > 0 ? [series(null, rest)] : [])],
  };
}

/** Start, step and number of steps that cover the seconds; steps begin at multiples of themselves. */
function grid(first: number, last: number, most: number): [number, number, number] {
  const needed = (last - first) / (most - 1);
  const step = STEPS.find((seconds) => seconds >= needed) ?? Math.ceil(needed / HOUR) * HOUR;
  const from = Math.floor(first / step) * step;
  return [from, step, Math.max(1, Math.ceil((last - from) / step))];
}

/** Adds a value that held from one position to another, in steps, to the means of the steps. */
function addSpan(means: Float64Array, from: number, to: number, value: number): void {
  if (value === 0) return;
  for (let k = Math.floor(from); k < to && k < means.length; k++) {
    means[k] += value * (Math.min(to, k + 1) - Math.max(from, k));
  }
}

/** Sum over series, to a thousandth of a GPU. */
function sums(series: readonly Float64Array[]): number[] {
  return Array.from(series[0], (_, k) => Math.round(1000 * series.reduce((sum, values) => sum + values[k], 0)) / 1000);
}
