import type { PoolConfig } from "./cluster-config.js";
import type { QueueJobs } from "./types.js";

/** What limits the reads of a pool. */
export type DataPath = "fsx" | "s3" | "nic";

/** A pool's storage against what its running jobs read. Gigabytes per second. */
export interface IoFigures {
  pool: string;
  /** The least of FSx, S3 and the nodes' network cards, and which of them that is. */
  limit_gbytes_per_s: number;
  limited_by: DataPath;
  peak_gbytes_per_s: number;
  /** Hours in which the jobs asked for more than the limit. */
  hours_bound: number;
  /** Jobs that ran in such hours. */
  jobs_bound: string[];
  /** FSx throughput (gigabits per second) that removes the bottleneck; null when there is none or FSx is not it. */
  fsx_gbps_needed: number | null;
  /** Its size at 1,000 MB/s per TiB, in the steps that FSx for Lustre is sold in (1.2, then 2.4 TiB). */
  fsx_tib_needed: number | null;
}

/** Watches what the runs of each pool read. */
export interface IoLedger {
  begin(job: number, pool: number, now: number): void;
  stop(job: number, pool: number, now: number): void;
  figures(): IoFigures[];
}

interface Watch {
  pool: string;
  limit: number;
  limitedBy: DataPath;
  /** Limit when FSx is out of the way. */
  others: number;
  rate: number;
  peak: number;
  since: number;
  bound: number;
  running: Set<number>;
  jobs: Set<number>;
}

const BITS = 8;
const FSX_GBYTES_PER_TIB = 1;

/** Gigabytes that a job reads a second: its data once in the course of its duration. */
export function readRate({ dataset, duration }: QueueJobs, job: number): number {
  const gigabytes = dataset?.[job] ?? 0;
  return gigabytes > 0 && duration[job] > 0 ? gigabytes / duration[job] : 0;
}

function watch({ name, count = 1, storage = {} }: PoolConfig): Watch | null {
  const paths: [DataPath, number | undefined][] = [
    ["fsx", storage.fsx_gbps],
    ["s3", storage.s3_gbps],
    ["nic", storage.nic_gbps === undefined ? undefined : storage.nic_gbps * count],
  ];
  const known = paths.flatMap(([path, gbps]) => (gbps === undefined ? [] : [{ path, limit: gbps / BITS }]));
  if (known.length === 0) return null;
  const least = known.reduce((a, b) => (b.limit < a.limit ? b : a));
  const others = Math.min(...known.filter(({ path }) => path !== "fsx").map(({ limit }) => limit));
  return {
    ...{ pool: name, limit: least.limit, limitedBy: least.path, others },
    ...{ rate: 0, peak: 0, since: 0, bound: 0, running: new Set(), jobs: new Set() },
  };
}

function fsxTib(gbytes: number): number {
  const tib = gbytes / FSX_GBYTES_PER_TIB;
  return tib <= 1.2 ? 1.2 : (Math.ceil(tib / 2.4 - 1e-9) * 24) / 10;
}

/** @returns null when no pool tells of its storage or no job of its data */
export function createIoLedger(jobs: QueueJobs, pools: readonly PoolConfig[]): IoLedger | null {
  const watches = pools.map(watch);
  if (!jobs.dataset || watches.every((one) => one === null)) return null;

  /** Books the time since the last change, then makes this one. */
  function change(at: Watch, job: number, now: number, runs: boolean): void {
    if (now > at.since) {
      at.peak = Math.max(at.peak, at.rate);
      if (at.rate > at.limit) {
        at.bound += now - at.since;
        for (const other of at.running) at.jobs.add(other);
      }
      at.since = now;
    }
    if (runs) at.running.add(job);
    else at.running.delete(job);
    // Summed afresh, so that nothing drifts.
    at.rate = [...at.running].reduce((sum, other) => sum + readRate(jobs, other), 0);
  }

  return {
    begin(job, pool, now) {
      const at = watches[pool];
      if (at && readRate(jobs, job) > 0) change(at, job, now, true);
    },
    stop(job, pool, now) {
      const at = watches[pool];
      if (at?.running.has(job)) change(at, job, now, false);
    },
    figures: () =>
      watches.flatMap((at) => {
        if (!at) return [];
        const needed = at.limitedBy === "fsx" && at.bound > 0 && at.peak <= at.others ? at.peak : null;
        return {
          pool: at.pool,
          limit_gbytes_per_s: at.limit,
          limited_by: at.limitedBy,
          peak_gbytes_per_s: at.peak,
          hours_bound: at.bound / 3600,
          jobs_bound: [...at.jobs].sort((a, b) => a - b).map((job) => jobs.id[job]),
          fsx_gbps_needed: needed === null ? null : needed * BITS,
          fsx_tib_needed: needed === null ? null : fsxTib(needed),
        };
      }),
  };
}
