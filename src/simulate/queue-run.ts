import type { Refusal } from "./admission.js";
import type { FaultConfig } from "./cluster-config.js";
import type { IoFigures } from "./io-ledger.js";
import type { OutageRecord } from "./outages.js";
import type { Timeline } from "./timeline.js";
import type { JobStatus } from "./types.js";

/** What became of the jobs, by column; seconds and dollars. */
export interface QueueRun {
  /** Names of the queues: those of the cluster file, then those that only jobs name. */
  queues: string[];
  status: JobStatus[];
  /** Why a job never joined its queue. */
  refusal: (Refusal | null)[];
  /** Start of the first run; NaN for never. */
  start: Float64Array;
  /** NaN unless completed. */
  end: Float64Array;
  /** Times that a job was taken off its GPUs: by the policy, by the spot market, by an outage. */
  preemptions: Int32Array;
  /** Times that the spot market did it. */
  interruptions: Int32Array;
  /** GPU-seconds of work that was done and lost. */
  lostGpuSeconds: Float64Array;
  /** Seconds on GPUs, over all runs. */
  runSeconds: Float64Array;
  cost: Float64Array;
  /** Pool of the last run; -1 for none. */
  pool: Int32Array;
  /** Whether all runs were in that pool. */
  onePool: Uint8Array;
  /** Nodes of the last run, joined by `;`; null where places have no names. */
  nodes: (string | null)[];
  timeline: Timeline | null;
  outages: OutageRecord[];
  io: IoFigures[];
}

/** Jobs of which nothing has happened yet. */
export function createQueueRun(n: number, queues: string[], faults: readonly FaultConfig[]): QueueRun {
  return {
    queues,
    status: new Array<JobStatus>(n).fill("unfinished"),
    refusal: new Array<Refusal | null>(n).fill(null),
    start: new Float64Array(n).fill(Number.NaN),
    end: new Float64Array(n).fill(Number.NaN),
    preemptions: new Int32Array(n),
    interruptions: new Int32Array(n),
    lostGpuSeconds: new Float64Array(n),
    runSeconds: new Float64Array(n),
    cost: new Float64Array(n),
    pool: new Int32Array(n).fill(-1),
    onePool: new Uint8Array(n).fill(1),
    nodes: new Array<string | null>(n).fill(null),
    timeline: null,
    outages: faults.map((fault) => ({ fault, hits: [] })),
    io: [],
  };
}
