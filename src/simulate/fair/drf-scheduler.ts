import type { QueueState, Scheduler } from "../types.js";
import { dominantShare } from "./drf.js";
import { easyByClass, hasRoomForAny } from "./easy-by-class.js";
import { createWaitingClasses } from "./waiting-classes.js";

/**
 * Policy `drf`: progressive filling. The client with the lowest dominant share over weight starts its next job, again
 * and again. Clients are the queues, or the users when there is only one queue; resources are GPUs, and CPU and memory
 * where every pool states them. A client's own jobs go by priority, then in queue order. The first job that finds no
 * room gets a reservation (EASY), without which small jobs would starve large ones.
 *
 * @see Ghodsi et al.: Dominant Resource Fairness, NSDI 2011, algorithm 1.
 */
export function createDrf(state: QueueState): Scheduler {
  const { jobs, queues } = state;
  const clientOf = clients(state);
  const count = clientOf.reduce((most, client) => Math.max(most, client), -1) + 1;
  const weights = queues.length > 1 ? queues.map((queue) => queue.weight) : undefined;
  const used = Array.from({ length: count }, () => new Float64Array(3));
  const shares = new Float64Array(count);
  const waiting = createWaitingClasses(state, (job) => `${clientOf[job]}|${state.priority[job]}`);

  const hold = (job: number, capacity: readonly number[]): void => {
    const client = clientOf[job];
    used[client][0] += jobs.gpus[job];
    used[client][1] += jobs.cpu?.[job] ?? 0;
    used[client][2] += jobs.memory?.[job] ?? 0;
    shares[client] = dominantShare(used[client], capacity) / (weights?.[client] ?? 1);
  };
  const before = (a: number, b: number): boolean => {
    const byShare = shares[clientOf[a]] - shares[clientOf[b]];
    if (byShare !== 0) return byShare < 0;
    const byPriority = clientOf[a] === clientOf[b] ? state.priority[b] - state.priority[a] : 0;
    return byPriority < 0 || (byPriority === 0 && state.rank[a] < state.rank[b]);
  };

  return {
    pass() {
      if (!hasRoomForAny(state)) return;
      const sum = (of: (pool: QueueState["pools"][number]) => number) =>
        state.pools.reduce((all, pool) => all + of(pool), 0);
      const finite = (amount: number) => (Number.isFinite(amount) ? amount : 0);
      const capacity = [state.gpus, finite(sum((pool) => pool.cpu)), finite(sum((pool) => pool.memory))];
      for (const amounts of used) amounts.fill(0);
      shares.fill(0);
      for (const job of state.running) hold(job, capacity);
      easyByClass(state, waiting, before, (job) => hold(job, capacity));
    },
  };
}

function clients({ jobs, queues, queueOf }: QueueState): Int32Array {
  if (queues.length > 1 || !jobs.user) return queueOf;
  const users = new Map<string, number>();
  return Int32Array.from(jobs.user, (user) => {
    const known = users.get(user) ?? users.size;
    users.set(user, known);
    return known;
  });
}
