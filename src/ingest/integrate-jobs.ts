import type { HourlyDemand } from "../core/demand.js";
import { InputError } from "../core/errors.js";
import { HOUR_MS, isoUtc } from "../core/time.js";
import type { JobTable } from "./types.js";

const MOST_CELLS = 40_000_000;

/** Integral by hour of intervals with a weight each, in weight × ms; exact as long as the weights are whole numbers. */
function hourlyIntegral(start: number, hours: number) {
  const partial = new Float64Array(hours);
  const change = new Float64Array(hours + 1);
  return {
    add(from: number, to: number, weight: number): void {
      if (!(to > from)) return;
      const first = Math.floor((from - start) / HOUR_MS);
      const last = Math.floor((to - start - 1) / HOUR_MS);
      if (first === last) {
        partial[first] += weight * (to - from);
        return;
      }
      partial[first] += weight * (start + (first + 1) * HOUR_MS - from);
      partial[last] += weight * (to - start - last * HOUR_MS);
      change[first + 1] += weight;
      change[last] -= weight;
    },
    total(): Float64Array {
      let running = 0;
      return partial.map((value, h) => {
        running += change[h];
        return value + running * HOUR_MS;
      });
    },
  };
}

/** Epoch ms of the latest thing that the jobs tell of. */
export function lastObservation(jobs: JobTable): number {
  let last = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < jobs.id.length; i++) {
    for (const time of [jobs.submit[i], jobs.start[i], jobs.end[i]]) if (time > last) last = time;
  }
  return last;
}

/**
 * Hourly demand and usage of jobs by exact integration: a job asks for its GPUs from submit to end and uses them from
 * start to end, cut at hour boundaries. What has not ended is cut at `until`; a job that ended without a start asked
 * until its end. GPUs count in whole thousandths, times in ms.
 *
 * @param until epoch ms of the last observation
 */
export function integrateJobs(jobs: JobTable, until: number): HourlyDemand {
  const first = jobs.submit.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
  const start = Math.floor(first / HOUR_MS) * HOUR_MS;
  const hours = Math.max(1, Math.ceil((until - start) / HOUR_MS));
  if (hours * jobs.queues.length > MOST_CELLS) {
    throw new InputError(
      `the jobs span ${isoUtc(start)} to ${isoUtc(until)}, ${hours} hours for ${jobs.queues.length} queues; that is more than fleetlens lays out, so is one of the times wrong?`,
      { hours, queues: jobs.queues.length },
    );
  }
  const asked = jobs.queues.map(() => hourlyIntegral(start, hours));
  const used = jobs.queues.map(() => hourlyIntegral(start, hours));
  for (let i = 0; i < jobs.id.length; i++) {
    const weight = Math.round(jobs.gpus[i] * 1000);
    const end = Number.isNaN(jobs.end[i]) ? until : jobs.end[i];
    asked[jobs.queue[i]].add(jobs.submit[i], end, weight);
    used[jobs.queue[i]].add(jobs.start[i], end, weight);
  }
  const seenMs = Float64Array.from({ length: hours }, (_, h) =>
    Math.max(0, Math.min(until, start + (h + 1) * HOUR_MS) - Math.max(first, start + h * HOUR_MS)),
  );
  const mean = (total: Float64Array) => total.map((value, h) => value / (seenMs[h] * 1000));
  return {
    queues: jobs.queues,
    start,
    hours,
    demand: asked.map((integral) => mean(integral.total())),
    usage: used.map((integral) => mean(integral.total())),
    observed: jobs.queues.map(() => seenMs.map((ms) => ms / HOUR_MS)),
  };
}
