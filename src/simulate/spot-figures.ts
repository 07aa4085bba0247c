import { median } from "../core/statistics.js";
import type { ClusterConfig } from "./cluster-config.js";
import { dalyTime, youngInterval } from "./daly.js";
import type { QueueRun } from "./queue-run.js";
import type { QueueJobs } from "./types.js";

/** Jobs that did all their work in one spot pool, beside what theory expects of them. Seconds. */
export interface SpotFigures {
  pool: string;
  /** Jobs that ended, all runs in this pool. */
  jobs: number;
  interruptions: number;
  mean_between_interruptions_s: number;
  /** Mean time on GPUs, restarts, checkpoints and lost work included. */
  simulated_mean_s: number | null;
  /** Daly's expectation for the same jobs. */
  daly_mean_s: number | null;
  /** Median interval between checkpoints of these jobs; null when none takes any. */
  checkpoint_interval_s: number | null;
  /** Young's interval at their median checkpoint cost: advice. */
  young_interval_s: number | null;
}

const positiveMedian = (values: number[]): number | null => {
  const positive = values.filter((value) => value > 0);
  return positive.length > 0 ? median(positive) : null;
};

/** One entry for each pool whose runs are interrupted. */
export function spotFigures(jobs: QueueJobs, cluster: ClusterConfig, run: QueueRun): SpotFigures[] {
  return cluster.pools.flatMap((pool, p) => {
    const rate = pool.spot_interrupt_per_hour ?? 0;
    if (rate === 0) return [];
    const meanBetween = 3600 / rate;
    const members = run.status.flatMap((status, job) =>
      status === "completed" && run.pool[job] === p && run.onePool[job] === 1 ? [job] : [],
    );
    const mean = (of: (job: number) => number): number | null =>
      members.length > 0 ? members.reduce((sum, job) => sum + of(job), 0) / members.length : null;
    const interval = (job: number): number => jobs.checkpointInterval?.[job] ?? 0;
    const cost = (job: number): number => jobs.checkpointCost?.[job] ?? 0;
    const medianCost = positiveMedian(members.map(cost));
    return {
      pool: pool.name,
      jobs: members.length,
      interruptions: members.reduce((sum, job) => sum + run.interruptions[job], 0),
      mean_between_interruptions_s: meanBetween,
      simulated_mean_s: mean((job) => run.runSeconds[job]),
      daly_mean_s: mean((job) =>
        dalyTime(jobs.duration[job], interval(job), cost(job), jobs.restart?.[job] ?? 0, meanBetween),
      ),
      checkpoint_interval_s: positiveMedian(members.map(interval)),
      young_interval_s: medianCost === null ? null : youngInterval(medianCost, meanBetween),
    };
  });
}
