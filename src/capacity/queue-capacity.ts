import type { HourlyDemand } from "../core/demand.js";
import { HOUR_MS } from "../core/time.js";
import type { CapacityStep } from "./types.js";

export type CapacitySource = "file" | "telemetry" | "observed_maximum";

/** GPUs of a queue by hour: the history, then the horizon; NaN where unknown. */
export interface QueueCapacity {
  source: CapacitySource | null;
  history: Float64Array;
  future: Float64Array;
}

function fromSteps(steps: readonly CapacityStep[], start: number, hours: number, ahead: number): QueueCapacity {
  const all = new Float64Array(hours + ahead).fill(Number.NaN);
  let next = 0;
  let now = Number.NaN;
  for (let h = 0; h < all.length; h++) {
    while (next < steps.length && steps[next].fromMs <= start + h * HOUR_MS) now = steps[next++].gpus;
    all[h] = now;
  }
  return { source: "file", history: all.subarray(0, hours), future: all.subarray(hours) };
}

function constantAhead(source: CapacitySource, history: Float64Array, gpus: number, ahead: number): QueueCapacity {
  return { source, history, future: new Float64Array(ahead).fill(gpus) };
}

/**
 * Capacity of each queue: from the capacity file, else the telemetry's own column (its last value holds on), else
 * the most GPUs that were seen in use at once, since a queue had at least that many.
 *
 * @param steps any order
 * @param ahead hours of the horizon
 */
export function queueCapacities(
  hourly: HourlyDemand,
  steps: readonly CapacityStep[] | undefined,
  ahead: number,
): QueueCapacity[] {
  const byQueue = new Map<string, CapacityStep[]>();
  for (const step of steps ?? []) byQueue.set(step.queue, [...(byQueue.get(step.queue) ?? []), step]);
  return hourly.queues.map((queue, q) => {
    const own = byQueue.get(queue)?.sort((a, b) => a.fromMs - b.fromMs);
    if (own) return fromSteps(own, hourly.start, hourly.hours, ahead);
    const recorded = hourly.capacity?.[q];
    const last = recorded?.findLast((gpus) => !Number.isNaN(gpus));
    if (recorded && last !== undefined) return constantAhead("telemetry", recorded, last, ahead);
    const used = hourly.usage[q].filter((gpus) => !Number.isNaN(gpus));
    if (used.length === 0) {
      return {
        source: null,
        history: new Float64Array(hourly.hours).fill(Number.NaN),
        future: new Float64Array(ahead).fill(Number.NaN),
      };
    }
    const most = used.reduce((a, b) => Math.max(a, b), 0);
    return constantAhead("observed_maximum", new Float64Array(hourly.hours).fill(most), most, ahead);
  });
}

/** Where a queue's usage hides demand: running ≥ 98 % of its capacity while demand waits. */
export function isCensored(demand: number, usage: number, capacity: number): boolean {
  return usage >= 0.98 * capacity && demand > usage;
}
