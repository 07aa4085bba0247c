import { InputError } from "../core/errors.js";
import { LARGEST_VALUE, type Series } from "../core/series.js";
import { HOUR_MS } from "../core/time.js";

/** A century. */
const MOST_HOURS = 880_000;

/** Jobs as columns: epoch ms, GPUs per job. `end` is NaN for a job that still runs or waits. */
export interface JobColumns {
  queue: ArrayLike<string>;
  submit: ArrayLike<number>;
  /** Not looked at: a job that waits asks for its GPUs as well. */
  start?: ArrayLike<number>;
  end: ArrayLike<number>;
  gpus: ArrayLike<number>;
  /** Epoch ms of the last observation, where jobs without an end are cut; default the latest time in the columns. */
  until?: number;
}

/**
 * Hourly mean demand in GPUs from a job table: a job asks for its GPUs from submission to its end, exactly cut at hour
 * boundaries. All series share one grid, from the first submission's hour; a queue without jobs in an hour has 0 there.
 *
 * @throws InputError naming the row for a missing submission, an end before it or a negative or missing size; for
 *   times further apart than a century
 */
export function demandFromJobs(jobs: JobColumns, _options: { freq: "h" }): Series[] {
  const n = jobs.submit.length;
  if (n === 0) throw new InputError("the job table is empty");
  let first = Number.POSITIVE_INFINITY;
  let last = jobs.until ?? Number.NEGATIVE_INFINITY;
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(jobs.submit[i])) throw new InputError(`job row ${i}: submit is missing`, { row: i });
    if (jobs.end[i] < jobs.submit[i]) throw new InputError(`job row ${i}: end lies before submit`, { row: i });
    if (!(jobs.gpus[i] >= 0 && jobs.gpus[i] <= LARGEST_VALUE))
      throw new InputError(`job row ${i}: gpus must be 0 or more, got ${jobs.gpus[i]}`, { row: i });
    first = Math.min(first, jobs.submit[i]);
    if (jobs.until === undefined) last = Math.max(last, jobs.submit[i], jobs.end[i] || Number.NEGATIVE_INFINITY);
  }
  const start = Math.floor(first / HOUR_MS) * HOUR_MS;
  const hours = Math.max(1, Math.ceil((last - start) / HOUR_MS));
  if (!(hours <= MOST_HOURS)) {
    throw new InputError(
      `the jobs span ${hours} hours: times must be milliseconds since 1970, and one of them is not`,
      {
        hours,
      },
    );
  }
  const panel = new Map<string, Float64Array>();
  for (let i = 0; i < n; i++) {
    let y = panel.get(jobs.queue[i]);
    if (!y) {
      y = new Float64Array(hours);
      panel.set(jobs.queue[i], y);
    }
    const end = Math.min(last, Number.isNaN(jobs.end[i]) ? last : jobs.end[i]);
    for (let at = jobs.submit[i]; at < end; ) {
      const hour = Math.floor((at - start) / HOUR_MS);
      const until = Math.min(end, start + (hour + 1) * HOUR_MS);
      y[hour] += (jobs.gpus[i] * (until - at)) / HOUR_MS;
      at = until;
    }
  }
  const t = Float64Array.from({ length: hours }, (_, h) => start + h * HOUR_MS);
  return [...panel].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, y]) => ({ id, y, t }));
}
