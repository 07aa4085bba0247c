import type { SimulationResult } from "../../simulate/index.js";

/** The state of all queues together at even steps. */
export interface SampledTimeline {
  /** Second of each step. */
  t: number[];
  runningGpus: number[];
  pendingGpus: number[];
}

/** Steps that a chart shows at most. */
const STEPS = 500;
const HOUR = 3600;

/** Samples the timeline at whole hours, or wider steps where there are too many for a chart. */
export function sampleTimeline({ timeline, queues }: SimulationResult): SampledTimeline {
  const sampled: SampledTimeline = { t: [], runningGpus: [], pendingGpus: [] };
  if (!timeline || timeline.t.length === 0) return sampled;
  const [from, to] = [timeline.t[0], timeline.t[timeline.t.length - 1]];
  const step = HOUR * Math.max(1, Math.ceil((to - from) / HOUR / STEPS));
  const running = new Int32Array(queues.length);
  const pending = new Int32Array(queues.length);
  const sum = (values: Int32Array): number => values.reduce((total, value) => total + value, 0);
  let next = 0;
  for (let t = from; t < to + step; t += step) {
    for (; next < timeline.t.length && timeline.t[next] <= t; next++) {
      running[timeline.queue[next]] = timeline.runningGpus[next];
      pending[timeline.queue[next]] = timeline.pendingGpus[next];
    }
    sampled.t.push(t);
    sampled.runningGpus.push(sum(running));
    sampled.pendingGpus.push(sum(pending));
  }
  return sampled;
}
