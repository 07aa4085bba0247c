import type { SortedJobs } from "./sorted-jobs.js";
import type { PoolState } from "./types.js";

/** The part of the state that is worked out when asked for: a class, so that the states of all runs have one shape. */
export class LiveViews {
  constructor(
    readonly pools: PoolState[],
    private readonly sorted: SortedJobs,
  ) {}

  get running(): Int32Array {
    return this.sorted.view();
  }

  get gpus(): number {
    return this.pools.reduce((sum, pool) => sum + pool.gpus, 0);
  }
}
