import { InputError } from "../core/errors.js";
import type { QueueJobs } from "./types.js";

/** Refuses jobs that cannot be simulated; the readers say it with file and row before. */
export function checkJobs(jobs: QueueJobs): void {
  const refuse = (job: number, column: string, expected: string): never => {
    throw new InputError(`job "${jobs.id[job]}" (row ${job + 1}): ${column} must be ${expected}`, {
      row: job + 1,
      column,
    });
  };
  const isCount = (value: number): boolean => value >= 0 && value < Number.POSITIVE_INFINITY;
  for (let job = 0; job < jobs.n; job++) {
    if (!isCount(jobs.submit[job])) refuse(job, "submit", "a second from 0 on");
    if (!isCount(jobs.duration[job])) refuse(job, "duration", "seconds, not below 0");
    if (jobs.gpus[job] < 0) refuse(job, "gpus", "not below 0");
    if (jobs.estimate && !isCount(jobs.estimate[job])) refuse(job, "estimate", "seconds, not below 0");
    const pods = jobs.pods?.[job] ?? 0;
    if (pods < 0 || (pods > 0 && jobs.gpus[job] % pods !== 0)) refuse(job, "pods", "a divisor of its GPUs");
  }
}
