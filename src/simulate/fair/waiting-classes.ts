import type { QueueJobs, QueueState } from "../types.js";

/**
 * Waiting jobs in classes whose members are alike to the policy and to the pools, so that a pass need look at only the
 * first of each. Within a class the queue order holds.
 */
export interface WaitingClasses {
  /** Class of each job. */
  readonly classOf: Int32Array;
  /** Number of classes. */
  readonly count: number;
  /** First waiting job of each class, −1 for none. */
  readonly first: Int32Array;
  /** Next waiting job of the same class, by job, −1 for none; only for jobs that waited at the last `gather`. */
  readonly next: Int32Array;
  /** Takes the jobs that wait now, in queue order, without those to skip. Gives the classes that have any. */
  gather(waiting: ArrayLike<number>, skip?: (job: number) => boolean): readonly number[];
}

/** @param keyOf What the policy distinguishes; jobs of one key that also need the same room form a class. */
export function createWaitingClasses(state: QueueState, keyOf: (job: number) => string): WaitingClasses {
  const { n } = state.jobs;
  const numbers = new Map<string, number>();
  const classOf = new Int32Array(n);
  for (let job = 0; job < n; job++) {
    const key = `${keyOf(job)}|${roomKey(state.jobs, job)}`;
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    classOf[job] = known;
  }
  const first = new Int32Array(numbers.size).fill(-1);
  const last = new Int32Array(numbers.size);
  const next = new Int32Array(n);
  let present: number[] = [];
  return {
    classOf,
    count: numbers.size,
    first,
    next,
    gather(waiting, skip) {
      for (const c of present) first[c] = -1;
      present = [];
      for (let i = 0; i < waiting.length; i++) {
        const job = waiting[i];
        if (skip?.(job)) continue;
        const c = classOf[job];
        if (first[c] < 0) {
          first[c] = job;
          present.push(c);
        } else next[last[c]] = job;
        last[c] = job;
        next[job] = -1;
      }
      return present;
    },
  };
}

/** All that decides where a job has room. */
function roomKey(jobs: QueueJobs, job: number): string {
  const { gpus, gpuType, cpu, memory, pods, requiredLevel, preferredLevel, preemptible, dataZone } = jobs;
  const columns = [gpus, gpuType, cpu, memory, pods, requiredLevel, preferredLevel, preemptible, dataZone];
  return JSON.stringify(columns.map((column) => column?.[job] ?? null));
}
