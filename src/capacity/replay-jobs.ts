import { createRandom, type Random } from "../core/random.js";
import { quantileSorted } from "../core/statistics.js";
import { HOUR_MS } from "../core/time.js";
import { type QueueJobs, simulateWaits } from "../simulate/index.js";
import type { PlanJobs } from "./types.js";

const WEEK_HOURS = 168;
const WEEK_SECONDS = WEEK_HOURS * 3600;
/** Weeks of the history that are drawn from, the latest ones. */
const MOST_WEEKS = 8;
/** Paths that are played, and jobs that are played in all: what a planner will wait for. */
const MOST_PATHS = 8;
const LEAST_PATHS = 2;
const MOST_JOB_RUNS = 800_000;
/** Parts of a GPU: jobs may ask for a share of one. */
const PARTS = 1000;

/** Jobs as they may come along some of the paths. */
export interface JobReplay {
  /** Jobs of each path; the first `WEEK_SECONDS` seconds fill the queue and are not counted. */
  paths: readonly QueueJobs[];
  /** Jobs a path, on average, without those that fill the queue. */
  jobs: number;
}

/** A job of the history: when in its week it came, how long it ran, and what it asked for. */
interface PastJob {
  second: number;
  duration: number;
  gpus: number;
}

interface PastWeek {
  /** By GPU-hours. */
  jobs: PastJob[];
  /** GPU-hours that its jobs asked for, from submit to end. */
  gpuHours: number;
}

/**
 * Jobs for some of the demand paths: for each week of a path a week of the history is drawn, and its jobs are thinned or
 * repeated until they ask for as many GPU-hours as the path does in that week. The paths are those at evenly
 * spaced quantiles of total demand. The last week of the history comes first, as it was, so that the queue is not empty.
 *
 * @param queues positions of the queues whose jobs count
 * @param demand path-major GPUs of these queues
 * @param end epoch ms of the end of the history, where the horizon begins
 * @param runs how often the jobs will be played: more runs, fewer paths
 * @returns the reason where the history does not allow it
 */
export function replayJobs(
  jobs: PlanJobs,
  queues: ReadonlySet<number>,
  demand: { data: Float64Array; horizon: number },
  end: number,
  runs: number,
  seed: number,
): JobReplay | string {
  const weeks = pastWeeks(jobs, queues, end);
  if (weeks.length === 0) return "the jobs cover no whole week before the forecast";
  const usable = weeks.filter(({ gpuHours }) => gpuHours > 0);
  if (usable.length === 0) return "none of these queues' jobs has run in the last weeks";
  const { data, horizon } = demand;
  const perPath = (usable.reduce((sum, week) => sum + week.jobs.length, 0) / usable.length) * (horizon / WEEK_HOURS);
  const affordable = Math.floor(MOST_JOB_RUNS / (runs * (perPath + weeks[0].jobs.length)));
  const wanted = Math.min(MOST_PATHS, Math.max(LEAST_PATHS, affordable), data.length / horizon);
  const random = createRandom(seed).child("replay-jobs");
  const paths = spreadPaths(data, horizon, wanted).map((path) =>
    pathJobs(weeks[0], usable, data.subarray(path * horizon, (path + 1) * horizon), random.child(path)),
  );
  const counted = paths.reduce((sum, { n }) => sum + n - weeks[0].jobs.length, 0);
  return { paths, jobs: counted / paths.length };
}

/** Median and 95th percentile of the waits of all jobs of all paths; a job too large to start waits to the end. */
export function replayedWaits(replay: JobReplay, gpus: number): { medianMinutes: number; p95Minutes: number } {
  const minutes: number[] = [];
  for (const jobs of replay.paths) {
    const waits = simulateWaits(jobs, Math.max(1, Math.floor(gpus * PARTS + 1e-6)));
    const last = jobs.submit.reduce((latest, second) => Math.max(latest, second), 0);
    for (let i = 0; i < jobs.n; i++) {
      if (jobs.submit[i] < WEEK_SECONDS) continue;
      minutes.push((Number.isNaN(waits[i]) ? last - jobs.submit[i] : waits[i]) / 60);
    }
  }
  const sorted = Float64Array.from(minutes).sort();
  if (sorted.length === 0) return { medianMinutes: 0, p95Minutes: 0 };
  return { medianMinutes: quantileSorted(sorted, 0.5), p95Minutes: quantileSorted(sorted, 0.95) };
}

/** Whole weeks before `end`, the latest first. */
function pastWeeks(jobs: PlanJobs, queues: ReadonlySet<number>, end: number): PastWeek[] {
  let first = Number.POSITIVE_INFINITY;
  for (let i = 0; i < jobs.submit.length; i++) first = Math.min(first, jobs.submit[i]);
  const whole = Math.floor((end - first) / (WEEK_HOURS * HOUR_MS));
  const weeks = Array.from({ length: Math.min(MOST_WEEKS, whole) }, (): PastWeek => ({ jobs: [], gpuHours: 0 }));
  for (let i = 0; i < jobs.queue.length; i++) {
    const ran = jobs.end[i] - jobs.start[i];
    if (!queues.has(jobs.queue[i]) || !(ran > 0) || !(jobs.gpus[i] > 0)) continue;
    const before = (end - jobs.submit[i]) / 1000;
    const week = weeks[Math.ceil(before / WEEK_SECONDS) - 1];
    if (!week) continue;
    const second = WEEK_SECONDS - Math.ceil(before - WEEK_SECONDS * (Math.ceil(before / WEEK_SECONDS) - 1));
    week.jobs.push({
      second,
      duration: Math.max(1, Math.round(ran / 1000)),
      gpus: Math.max(1, Math.round(jobs.gpus[i] * PARTS)),
    });
    week.gpuHours += (jobs.gpus[i] * (jobs.end[i] - jobs.submit[i])) / HOUR_MS;
  }
  for (const week of weeks) week.jobs.sort((a, b) => a.gpus * a.duration - b.gpus * b.duration || a.second - b.second);
  return weeks;
}

/** Paths at evenly spaced quantiles of their sums. */
function spreadPaths(data: Float64Array, horizon: number, wanted: number): number[] {
  const sums = Array.from({ length: data.length / horizon }, (_, path) => {
    let sum = 0;
    for (let at = path * horizon; at < (path + 1) * horizon; at++) sum += data[at];
    return { path, sum };
  });
  sums.sort((a, b) => a.sum - b.sum || a.path - b.path);
  return Array.from({ length: wanted }, (_, k) => sums[Math.floor(((k + 0.5) / wanted) * sums.length)].path);
}

function pathJobs(warmUp: PastWeek, weeks: readonly PastWeek[], demand: Float64Array, random: Random): QueueJobs {
  const drawn: PastJob[] = [...warmUp.jobs];
  for (let from = 0; from < demand.length; from += WEEK_HOURS) {
    const hours = Math.min(WEEK_HOURS, demand.length - from);
    const week = weeks[random.int(weeks.length)];
    let asked = 0;
    for (let h = from; h < from + hours; h++) asked += demand[h];
    const copies = asked / (week.gpuHours * (hours / WEEK_HOURS));
    // Systematic sampling through the jobs by size: as many small and large ones as the week had, but for one.
    let due = random.uniform();
    for (const job of week.jobs) {
      if (job.second >= hours * 3600) continue;
      due += copies;
      const count = Math.floor(due);
      due -= count;
      // Copies come within the hour, not all in the same second.
      for (let c = 0; c < count; c++) {
        const second = WEEK_SECONDS + from * 3600 + job.second + (c === 0 ? 0 : random.int(3600));
        drawn.push({ ...job, second });
      }
    }
  }
  return {
    n: drawn.length,
    id: drawn.map((_, i) => String(i)),
    submit: Float64Array.from(drawn, ({ second }) => second),
    duration: Float64Array.from(drawn, ({ duration }) => duration),
    gpus: Int32Array.from(drawn, ({ gpus }) => gpus),
  };
}
