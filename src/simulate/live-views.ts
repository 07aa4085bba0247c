import type { SortedJobs } from "./sorted-jobs.js";
import type { PoolState } from "./types.js";

/** The part of the state that is worked out when asked for: a class, so that the states of all runs have one shape. */
export class LiveViews {
  constructor(
    readonly pools: PoolState[],
    private readonly waitingJobs: SortedJobs,
    private readonly runningJobs: SortedJobs,
  ) {}

  get waiting(): Int32Array {
    return this.waitingJobs.view();
  }

  get running(): Int32Array {
    return this.runningJobs.view();
  }

  get gpus(): number {
    let sum = 0;
    for (const pool of this.pools) sum += pool.gpus;
    return sum;
  }
}
