import type { QueueState, Scheduler } from "../types.js";
import { associationsOf } from "./associations.js";
import { createDecayedUsage } from "./decayed-usage.js";
import { easyByClass, hasRoomForAny } from "./easy-by-class.js";
import { classicFactors, fairTreeFactors } from "./fairshare-factors.js";
import { createWaitingClasses } from "./waiting-classes.js";

/** The factors of one job's priority, each in [0, 1]. */
export interface PriorityFactors {
  /** Time waited over `max_age_s`, at most 1. */
  age: number;
  /** Fair-share factor of the job's user. */
  fairshare: number;
  /** GPUs of the job over those of the cluster. */
  size: number;
  /** Priority of the job and its queue over the highest there is; 0 below 0. */
  qos: number;
}

/** Slurm's priority: the weighted sum of the factors. */
export function multifactorPriority(factors: PriorityFactors, weights: PriorityFactors): number {
  return (
    weights.age * factors.age +
    weights.fairshare * factors.fairshare +
    weights.size * factors.size +
    weights.qos * factors.qos
  );
}

/**
 * Policy `multifactor`: jobs by Slurm's multifactor priority, with EASY backfill beneath. Usage is decayed exactly up to
 * each pass and charged to the user within the queue; jobs of equal priority keep the queue order.
 *
 * @see Slurm, "Multifactor Priority Plugin".
 */
export function createMultifactor(state: QueueState): Scheduler {
  const { jobs, gpus: clusterGpus, priority } = state;
  const { algorithm, half_life_s, weights, max_age_s } = state.cluster.fairshare;
  const associations = associationsOf(state);
  const { accountOf, userOf } = associations;
  const factorsOf = algorithm === "fair_tree" ? fairTreeFactors : classicFactors;
  const usage = createDecayedUsage(accountOf.length, half_life_s, 0);
  const held = new Float64Array(accountOf.length);
  // Within a class only the age differs, and the older job never has the lower one.
  const waiting = createWaitingClasses(state, (job) => `${userOf[job]}|${priority[job]}`);
  const highest = priority.reduce((best, value) => Math.max(best, value), 0);

  function schedule(): void {
    const fairshare = factorsOf(associations, usage.usage);
    const of = (job: number): number =>
      multifactorPriority(
        {
          age: Math.min(1, (state.now - jobs.submit[job]) / max_age_s),
          fairshare: fairshare[userOf[job]],
          size: jobs.gpus[job] / clusterGpus,
          qos: highest > 0 ? Math.max(0, priority[job] / highest) : 0,
        },
        weights,
      );
    easyByClass(state, waiting, (a, b) => {
      const difference = of(a) - of(b);
      return difference > 0 || (difference === 0 && state.rank[a] < state.rank[b]);
    });
  }

  return {
    pass() {
      usage.advance(state.now, held);
      if (hasRoomForAny(state)) schedule();
      held.fill(0);
      for (const job of state.running) held[userOf[job]] += jobs.gpus[job];
    },
  };
}
