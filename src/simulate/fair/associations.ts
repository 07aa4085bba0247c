import type { QueueState } from "../types.js";
import type { Associations } from "./fairshare-factors.js";

/** Who is charged for each job: the queues are the accounts, their weights the shares. */
export interface JobAssociations extends Associations {
  /** User of each job: an entry of `accountOf`. One user a queue when the jobs name none. */
  userOf: Int32Array;
}

/** Every pair of a queue and a user that the jobs name, in the order of the file. */
export function associationsOf({ jobs, queues, queueOf }: QueueState): JobAssociations {
  const users = new Map<string, number>();
  const accountOf: number[] = [];
  const userOf = Int32Array.from(queueOf, (queue, job) => {
    const key = `${queue}|${jobs.user?.[job] ?? ""}`;
    const known = users.get(key);
    if (known !== undefined) return known;
    users.set(key, accountOf.length);
    return accountOf.push(queue) - 1;
  });
  return { shares: queues.map((queue) => queue.weight), accountOf, userOf };
}
