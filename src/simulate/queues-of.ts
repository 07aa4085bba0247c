import type { QueueConfig } from "./cluster-config.js";
import type { QueueJobs } from "./types.js";

/** Name of the only queue when jobs name none. */
export const DEFAULT_QUEUE = "default";

/** The queues of the file, then those that only jobs name in the order of their first job; and the queue of each job. */
export function queuesOf(
  jobs: QueueJobs,
  known: readonly QueueConfig[],
): { queues: QueueConfig[]; queueOf: Int32Array } {
  const queues = [...known];
  const position = new Map(queues.map((queue, q) => [queue.name, q]));
  const queueOf = new Int32Array(jobs.n);
  const positionOf = (name: string): number => {
    let q = position.get(name);
    if (q === undefined) {
      q = queues.length;
      position.set(name, q);
      queues.push({ name, weight: 1, priority: 0 });
    }
    return q;
  };
  if (jobs.queue) for (let job = 0; job < jobs.n; job++) queueOf[job] = positionOf(jobs.queue[job]);
  else if (jobs.n > 0) queueOf.fill(positionOf(DEFAULT_QUEUE));
  return { queues, queueOf };
}
