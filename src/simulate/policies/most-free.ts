import type { QueueState } from "../types.js";

/** Most GPUs that are free in one pool now: a pass in which that is less than any job needs can be spared. */
export function mostFree({ pools }: QueueState): number {
  let most = 0;
  for (let p = 0; p < pools.length; p++) if (pools[p].free > most) most = pools[p].free;
  return most;
}

/** Fewest GPUs that a job asks for; Infinity when there are no jobs. */
export function leastGpus({ jobs }: QueueState): number {
  let least = Number.POSITIVE_INFINITY;
  for (const gpus of jobs.gpus) if (gpus < least) least = gpus;
  return least;
}
