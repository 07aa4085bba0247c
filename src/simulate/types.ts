import type { Level } from "../binpack/types.js";
import type { ClusterConfig, QueueConfig } from "./cluster-config.js";

/**
 * Jobs by column, one entry a job, in the order of the file. All times are whole seconds on one clock. Columns that may
 * be left out are undefined when the file does not have them.
 */
export interface QueueJobs {
  /** Number of jobs. */
  n: number;
  id: string[];
  submit: Float64Array;
  /** Seconds of work: what a run takes when nothing interrupts it. */
  duration: Float64Array;
  /** GPUs of the whole job. */
  gpus: Int32Array;
  /** What the scheduler is told that a run takes; default `duration`. */
  estimate?: Float64Array;
  /** Default one queue named `default`. */
  queue?: string[];
  user?: string[];
  team?: string[];
  /** Higher is more urgent; default 0. */
  priority?: Float64Array;
  /** Name or GPU model of the pools that will do, `A|B`; `""` for any. */
  gpuType?: string[];
  /** CPU of the whole job, in thousandths of a core. */
  cpu?: Float64Array;
  /** Memory of the whole job, in MiB. */
  memory?: Float64Array;
  /** Pods that the job is split into evenly, a gang; 0: as few as fit a node. */
  pods?: Int32Array;
  /** All pods in one domain of this level; `""` for none. */
  requiredLevel?: (Level | "")[];
  preferredLevel?: (Level | "")[];
  /** Whether the job may be taken off its GPUs and may use spot pools; default true. */
  preemptible?: boolean[];
  /** Seconds of work between two checkpoints; 0: none are taken. */
  checkpointInterval?: Float64Array;
  /** Seconds that a checkpoint takes. */
  checkpointCost?: Float64Array;
  /** Seconds before a job that was interrupted works again, paid at each restart. */
  restart?: Float64Array;
  /** Most that one run may cost, in dollars; NaN for no limit. */
  budget?: Float64Array;
  labels?: Readonly<Record<string, string>>[];
  /** Gigabytes read in the course of the job. */
  dataset?: Float64Array;
  /** Zone where the job's data lie: preferred; `""` for none. */
  dataZone?: string[];
  /** Second at which the job should have ended; NaN for none. */
  deadline?: Float64Array;
}

/** A pool as a policy sees it. */
export interface PoolState {
  readonly name: string;
  /** GPU model; `""` when the file names none. */
  readonly model: string;
  /** Taken away at times, and charged at the spot price. */
  readonly spot: boolean;
  /** Dollars for one GPU and hour; 0 when the file has no price. */
  readonly price: number;
  /** GPUs that are up now; zone outages take some away. */
  gpus: number;
  /** GPUs that are free now. */
  free: number;
  /** CPU and memory in all, and what is free of them; Infinity when the pool does not say. */
  readonly cpu: number;
  cpuFree: number;
  readonly memory: number;
  memoryFree: number;
}

/**
 * What a policy sees, and does, in one scheduling pass. Numbers are positions: of a job in {@link QueueJobs}, of a pool in
 * `pools`, of a queue in `queues`. Everything is as of now: `start` and `preempt` show at once.
 */
export interface QueueState {
  readonly jobs: QueueJobs;
  readonly cluster: ClusterConfig;
  /** Queues of the cluster file, then those that only jobs name, with the defaults of {@link QueueConfig}. */
  readonly queues: readonly QueueConfig[];
  readonly pools: readonly PoolState[];
  /** Queue of each job. */
  readonly queueOf: Int32Array;
  /** What the scheduler believes that the next run of each job takes (at speed 1, its restart included). */
  readonly estimate: Float64Array;
  /** Priority of each job: its own and its queue's. */
  readonly priority: Float64Array;
  /** Position of each job in the queue order: by submit time, then id (policy `sjf`: by estimate first). */
  readonly rank: Int32Array;
  /** The second of this pass. */
  readonly now: number;
  /**
   * Jobs that waited when the pass began, in queue order. Not to be changed; it stays as it was while the policy starts
   * jobs (ask `isWaiting`). Jobs that the pass preempts join it for the next one.
   */
  readonly waiting: Int32Array;
  /** Jobs that run now, by the estimated end of their run (then by job); changes with `start` and `preempt`. */
  readonly running: Int32Array;
  /** Second at which the run is expected to end, by job; only for jobs that run. May lie in the past: it is overdue. */
  readonly estimatedEnd: Float64Array;
  /** Second at which the present run began, by job; only for jobs that run. */
  readonly runStart: Float64Array;
  /** Pool of each job that runs; else -1. */
  readonly poolOf: Int32Array;
  /** GPUs that the jobs of each queue hold now. */
  readonly queueGpus: Int32Array;
  /** GPUs that are up now, over all pools. */
  readonly gpus: number;
  isWaiting(job: number): boolean;
  /** Pools that the job may use at all (model, preemptible or not, big enough when empty), in the order of the file. */
  poolsFor(job: number): readonly number[];
  /** First pool (or the one named) that has room for the job now; -1 when none has. */
  findPool(job: number, pool?: number): number;
  /**
   * Starts a waiting job now in the first pool with room, or in the one named.
   *
   * @param speed work done a second, e.g. the throughput of the pool's model for this job; default 1
   * @returns false, and nothing is done, when there is no room
   */
  start(job: number, pool?: number, speed?: number): boolean;
  /**
   * Reserves room for a waiting job that does not fit now, in place of the pass's reservation before, if any.
   *
   * @returns the earliest second, never before now, at which it fits if all runs end as estimated; Infinity for never
   */
  reserve(job: number): number;
  /** Most GPUs of a pool that are free now and not reserved. */
  freeBeside(): number;
  /** Starts a waiting job if it fits and cannot delay the reservation: it ends before, or keeps off the reserved room. */
  backfill(job: number): boolean;
  /**
   * Takes a running job off its GPUs; it waits again, at its old place in the queue order. Work since its last checkpoint
   * is lost unless `keepWork` (it was checkpointed at this moment). The restart is paid when it runs again.
   */
  preempt(job: number, keepWork?: boolean): void;
  /** Asks for a pass at a later second even if nothing happens then. */
  wakeAt(second: number): void;
  /** Seconds of work that each job still has to do (at speed 1), as of the last time it stopped. */
  readonly workLeft: Float64Array;
}

/** A policy for one simulation. */
export interface Scheduler {
  /** One scheduling pass: completions and arrivals of this second are in. */
  pass(): void;
  /** Told of every run that stops, ended or taken away, while `runStart` and `poolOf` still tell: for accounts of usage. */
  onStop?(job: number): void;
}

/** Makes the policy of a simulation; `state` stays the same object, its contents change. */
export type SchedulerFactory = (state: QueueState) => Scheduler;

export type JobStatus = "completed" | "rejected" | "shed" | "unfinished";
