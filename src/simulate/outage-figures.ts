import { quantileSorted } from "../core/statistics.js";
import type { ClusterConfig } from "./cluster-config.js";
import type { OutageRecord } from "./outages.js";
import type { QueueRun } from "./queue-run.js";
import type { QueueJobs } from "./types.js";
import { zoneGpus } from "./zone-ledger.js";

/** What a zone or region outage did, beside the same run without any outage. */
export interface OutageFigures {
  zones: string[];
  /** GPUs in those zones. */
  gpus: number;
  at_s: number;
  for_s: number;
  /** Jobs that were taken off their GPUs. */
  restarted_jobs: string[];
  lost_gpu_hours: number;
  /** Most work that one job lost, in seconds. */
  largest_loss_s: number;
  /** Seconds until the last of them ran again; null when one never did. */
  recovery_s: number | null;
  /** Seconds until the p95 wait, by hour of submission, is back for good; null when it is not by the last hour. */
  p95_wait_back_s: number | null;
  /** p95 wait of the jobs submitted during the outage, and of the same jobs without any; null for none or never. */
  p95_wait_s: number | null;
  p95_wait_calm_s: number | null;
  /** p95 wait by hour of submission from the outage on, of a week at most, and the same without any; null for never. */
  hourly_p95_wait_s: (number | null)[];
  hourly_p95_wait_calm_s: (number | null)[];
  rto_s: number | null;
  rto_met: boolean | null;
  rpo_s: number | null;
  rpo_met: boolean | null;
}

const HOUR = 3600;
/** A p95 wait is back when it exceeds the other run's by no more than this share and so many seconds. */
const TOLERANCE = { share: 0.05, seconds: 60 };

/** Hours of a drill that the figures show. */
const SHOWN = 168;

/** p95 wait of the jobs submitted in each span from a second on, NaN for none; who never started waits for ever. */
function spanP95(jobs: QueueJobs, { start, refusal }: QueueRun, from: number, span = HOUR): Float64Array {
  const { n, submit } = jobs;
  const hours: number[][] = [];
  for (let job = 0; job < n; job++) {
    if (submit[job] < from || refusal[job] !== null) continue;
    const hour = Math.floor((submit[job] - from) / span);
    hours[hour] ??= [];
    hours[hour].push(Number.isNaN(start[job]) ? Number.POSITIVE_INFINITY : start[job] - submit[job]);
  }
  return Float64Array.from({ length: hours.length }, (_, h) => {
    const waits = (hours[h] ?? []).sort((a, b) => a - b);
    return waits.length === 0
      ? Number.NaN
      : waits[waits.length - 1] === Infinity
        ? worst(waits)
        : quantileSorted(waits, 0.95);
  });
}

/** The 95th percentile by rank, where infinite waits forbid to interpolate. */
function worst(waits: readonly number[]): number {
  return waits[Math.ceil(0.95 * waits.length) - 1];
}

/** Seconds from the outage to the end of the last hour whose p95 wait is worse than without it. */
function p95Back(jobs: QueueJobs, run: QueueRun, calm: QueueRun, at: number): number | null {
  const [waits, before] = [spanP95(jobs, run, at), spanP95(jobs, calm, at)];
  let back = 0;
  for (let hour = 0; hour < waits.length; hour++) {
    if (waits[hour] > before[hour] * (1 + TOLERANCE.share) + TOLERANCE.seconds) back = hour + 1;
  }
  return back > 0 && back === waits.length ? null : back * HOUR;
}

const finite = (wait: number | undefined): number | null => (Number.isFinite(wait) ? (wait as number) : null);

/** @param calm the same jobs without any outage */
export function outageFigures(
  jobs: QueueJobs,
  { pools }: ClusterConfig,
  run: QueueRun,
  calm: QueueRun,
): OutageFigures[] {
  const hourly = (of: QueueRun, at: number) => Array.from(spanP95(jobs, of, at).subarray(0, SHOWN), finite);
  return run.outages.map(({ fault, hits }: OutageRecord) => {
    const { zone, at_s, for_s, rto_s, rpo_s } = fault;
    const recovery = hits.reduce((most, { restarted }) => Math.max(most, restarted - at_s), 0);
    const recovered = !Number.isNaN(recovery);
    const largest = hits.reduce((most, { lostSeconds }) => Math.max(most, lostSeconds), 0);
    const zones = [zone].flat();
    return {
      ...{ zones, gpus: zoneGpus(pools, zones), at_s, for_s },
      restarted_jobs: hits.map(({ job }) => jobs.id[job]).sort((a, b) => (a < b ? -1 : 1)),
      lost_gpu_hours: hits.reduce((sum, { lostGpuSeconds }) => sum + lostGpuSeconds, 0) / HOUR,
      largest_loss_s: largest,
      recovery_s: recovered ? recovery : null,
      p95_wait_back_s: p95Back(jobs, run, calm, at_s),
      p95_wait_s: finite(spanP95(jobs, run, at_s, for_s)[0]),
      p95_wait_calm_s: finite(spanP95(jobs, calm, at_s, for_s)[0]),
      hourly_p95_wait_s: hourly(run, at_s),
      hourly_p95_wait_calm_s: hourly(calm, at_s),
      rto_s: rto_s ?? null,
      rto_met: rto_s === undefined ? null : recovered && recovery <= rto_s,
      rpo_s: rpo_s ?? null,
      rpo_met: rpo_s === undefined ? null : largest <= rpo_s,
    };
  });
}
