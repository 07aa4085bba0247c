import { quantileSorted } from "../core/statistics.js";
import type { QueueRun } from "./queue-run.js";
import type { QueueJobs } from "./types.js";
import { waitQuantiles } from "./wait-quantiles.js";

/** How a group of jobs was served. Waits are of the jobs that started, turnaround and slowdown of those that ended. */
export interface ServiceFigures {
  jobs: number;
  completed: number;
  rejected: number;
  shed: number;
  unfinished: number;
  mean_wait_s: number | null;
  median_wait_s: number | null;
  p95_wait_s: number | null;
  p99_wait_s: number | null;
  /** Jobs that did not wait at all. */
  started_at_once: number;
  /** Waits at the probabilities of `waitQuantiles`; empty when nothing started. */
  wait_quantiles_s: number[];
  /** Mean of end − submit (job completion time). */
  mean_jct_s: number | null;
  /** Mean of max(1, (end − submit) ÷ max(duration, 10 s)) (Feitelson & Rudolph 1998). */
  mean_bounded_slowdown: number | null;
  /** GPU-hours held, over all runs. */
  gpu_hours: number;
  /** Of them, work that was lost and done again. */
  lost_gpu_hours: number;
  /** Held ÷ what the cluster had from the first submit to the last end. */
  gpu_util: number;
  preemptions: number;
  /** Null where no pool has a price. */
  cost_usd: number | null;
  /** Cost ÷ GPU-hours held and not lost. */
  cost_per_gpu_hour: number | null;
}

/** Below this many seconds a run counts as so long, lest short jobs decide the slowdown. */
const SLOWDOWN_BOUND = 10;

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

/** @param capacity GPU-seconds that the cluster had */
export function serviceFigures(
  jobs: QueueJobs,
  run: QueueRun,
  members: ArrayLike<number>,
  capacity: number,
): ServiceFigures {
  const count = { completed: 0, rejected: 0, shed: 0, unfinished: 0 };
  const waits = new Float64Array(members.length);
  let started = 0;
  let atOnce = 0;
  let [wait, turnaround, slowdown, held, lost, preemptions, cost] = [0, 0, 0, 0, 0, 0, 0];
  for (let k = 0; k < members.length; k++) {
    const job = members[k];
    held += run.runSeconds[job] * jobs.gpus[job];
    lost += run.lostGpuSeconds[job];
    preemptions += run.preemptions[job];
    cost += run.cost[job];
    if (!Number.isNaN(run.start[job])) {
      waits[started] = run.start[job] - jobs.submit[job];
      if (waits[started] === 0) atOnce++;
      wait += waits[started++];
    }
    count[run.status[job]]++;
    if (run.status[job] !== "completed") continue;
    const took = run.end[job] - jobs.submit[job];
    turnaround += took;
    slowdown += Math.max(1, took / Math.max(jobs.duration[job], SLOWDOWN_BOUND));
  }
  const sorted = waits.subarray(0, started);
  // Numbers from 0 on have the order of their bits, as which they are sorted in half the time.
  new BigUint64Array(waits.buffer, 0, started).sort();
  const useful = (held - lost) / 3600;
  return {
    jobs: members.length,
    ...count,
    mean_wait_s: orNull(wait / started),
    median_wait_s: orNull(quantileSorted(sorted, 0.5)),
    p95_wait_s: orNull(quantileSorted(sorted, 0.95)),
    p99_wait_s: orNull(quantileSorted(sorted, 0.99)),
    started_at_once: atOnce,
    wait_quantiles_s: waitQuantiles(sorted),
    mean_jct_s: orNull(turnaround / count.completed),
    mean_bounded_slowdown: orNull(slowdown / count.completed),
    gpu_hours: held / 3600,
    lost_gpu_hours: lost / 3600,
    gpu_util: capacity > 0 ? held / capacity : 0,
    preemptions,
    cost_usd: cost,
    cost_per_gpu_hour: useful > 0 ? cost / useful : null,
  };
}
