import type { QueueState } from "../types.js";
import { createHeap } from "./heap.js";
import type { WaitingClasses } from "./waiting-classes.js";

/**
 * One pass of EASY backfill beneath any order of the waiting jobs: they start while they fit; the first that does not
 * gets a reservation, and those after it start only where they cannot delay it. Within a class the queue order holds,
 * and what no member can do any more is not tried again for the others.
 *
 * @param before Whether job a comes before job b.
 * @param onStart Told of every start, if the order depends on what has started.
 */
export function easyByClass(
  state: QueueState,
  waiting: WaitingClasses,
  before: (a: number, b: number) => boolean,
  onStart?: (job: number) => void,
): void {
  const { jobs, estimate, workLeft, now } = state;
  let heads = createHeap(
    before,
    waiting.gather(state.waiting).map((c) => waiting.first[c]),
  );

  /** Takes jobs in order; `attempt` starts one, or gives the next of its class to try, −1 for none. */
  function serve(attempt: (job: number) => number | "started"): void {
    for (let job = heads.pop(); job >= 0; job = heads.pop()) {
      const outcome = attempt(job);
      const next = outcome === "started" ? waiting.next[job] : outcome;
      if (next >= 0) heads.push(next);
      if (outcome !== "started" || !onStart) continue;
      onStart(job);
      heads = createHeap(before, heads.items());
    }
  }

  let until = -1;
  serve((job) => {
    if (until < 0) {
      if (state.start(job)) return "started";
      until = state.reserve(job);
      heads = createHeap(
        before,
        heads.items().filter((head) => state.findPool(head) >= 0),
      );
      return -1;
    }
    if (state.findPool(job) < 0) return -1;
    if (state.backfill(job)) return "started";
    // It would run too long beside the reservation, and so would all of its class that are expected to run past it.
    let next = waiting.next[job];
    while (next >= 0 && workLeft[next] >= jobs.duration[next] && now + estimate[next] > until)
      next = waiting.next[next];
    return next;
  });
}

/** Whether any pool has as many free GPUs as the smallest waiting job needs: else a pass can be spared. */
export function hasRoomForAny({ pools, waiting, jobs }: QueueState): boolean {
  let most = 0;
  for (const pool of pools) most = Math.max(most, pool.free);
  for (let i = 0; i < waiting.length; i++) if (jobs.gpus[waiting[i]] <= most) return true;
  return false;
}
