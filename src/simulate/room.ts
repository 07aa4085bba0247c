import type { PoolState } from "./types.js";

/** Runs that hold GPUs, as a reservation looks at them. */
export interface Runs {
  /** Jobs that run, by estimated end. */
  running: Int32Array;
  estimatedEnd: Float64Array;
  poolOf: Int32Array;
}

/** Where jobs sit: pools as counts of GPUs (placement `pooled`), or nodes. */
export interface Room {
  readonly pools: PoolState[];
  /** Pools that could hold the job if they were up and empty, in the order of the file. */
  poolsFor(job: number): readonly number[];
  /**
   * First of these pools with room for the job now; -1 when none has.
   *
   * @param beside keep off what is reserved: the job will still run when that is needed
   */
  find(job: number, pools: readonly number[], beside: boolean): number;
  /** Puts the job into the pool that `find` gave for it just now. */
  take(job: number, pool: number, beside: boolean): void;
  release(job: number, pool: number): void;
  /**
   * Reserves room for a job that does not fit now, in place of the reservation before.
   *
   * @returns the earliest second, never before `now`, at which it fits if all runs end as estimated; Infinity for never
   */
  reserve(job: number, runs: Runs, now: number): number;
  /** Most GPUs of a pool that are free now and keep off the reservation. */
  freeBeside(): number;
  /** Takes zones down, or up again; gives the jobs that were hit, which the caller must release. */
  setZones(zones: readonly string[], up: boolean): number[];
  /** Nodes that hold the job, joined by `;`; null where places have no names. */
  nodesOf(job: number): string | null;
}
