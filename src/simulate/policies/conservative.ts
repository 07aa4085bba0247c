import { EndHeap } from "../end-heap.js";
import type { QueueState, Scheduler } from "../types.js";
import { createFreeProfile, type FreeProfile } from "./free-profile.js";

/**
 * Conservative backfilling (Mu'alem & Feitelson 2001): each waiting job in order gets the earliest slot that those before
 * it leave, on the estimated ends of the runs; it starts when its slot has come.
 *
 * The slots are laid anew at every pass in principle. While runs end as estimated that gives the same slots again, so
 * they are kept, and only laid anew when something went otherwise.
 */
export function conservative(state: QueueState): Scheduler {
  const slotPool = new Int32Array(state.jobs.n);
  let profiles: FreeProfile[] = [];
  let stale = true;
  let gpusUp = 0;
  /** Waiting jobs that have a slot: the first so many of the queue, of which this is the last. */
  let laid = 0;
  let lastLaid = -1;
  /** Waiting jobs by the second of their slot. */
  let slots = new EndHeap();

  const isOverdue = (): boolean => state.running.length > 0 && state.estimatedEnd[state.running[0]] <= state.now;
  const isOtherwise = (): boolean =>
    stale || gpusUp !== state.gpus || (laid > 0 && state.waiting[laid - 1] !== lastLaid) || isOverdue();

  function lay(job: number): void {
    const gpus = state.jobs.gpus[job];
    let slot = Number.POSITIVE_INFINITY;
    for (const p of state.poolsFor(job)) {
      const second = profiles[p].earliest(gpus, state.estimate[job]);
      if (second >= slot) continue;
      slot = second;
      slotPool[job] = p;
    }
    if (slot === Number.POSITIVE_INFINITY) return;
    profiles[slotPool[job]].take(slot, gpus, state.estimate[job]);
    slots.push(slot, job);
  }

  function layAnew(): void {
    profiles = state.pools.map((pool, p) => createFreeProfile(state.now, pool.free, endsIn(p)));
    gpusUp = state.gpus;
    laid = 0;
    slots = new EndHeap();
    // An overdue run does not end as its profile says, so the next pass cannot build on this one.
    stale = isOverdue();
  }

  /** Estimated ends of the pool's runs; one that is overdue counts as ending in a second. */
  function endsIn(pool: number): [number, number][] {
    const ends: [number, number][] = [];
    for (const job of state.running) {
      if (state.poolOf[job] !== pool) continue;
      ends.push([Math.max(state.estimatedEnd[job], state.now + 1), state.jobs.gpus[job]]);
    }
    return ends;
  }

  /** Starts the jobs whose slot has come; gives how many. */
  function startDue(): number {
    const due: number[] = [];
    while (slots.next() <= state.now) due.push(slots.pop());
    due.sort((a, b) => state.rank[a] - state.rank[b]);
    const started = due.filter((job) => state.start(job, slotPool[job])).length;
    // GPUs were free in sum, but not for every job: on several nodes, or for want of CPU.
    if (started < due.length) stale = true;
    return started;
  }

  return {
    pass() {
      const { waiting, now } = state;
      if (isOtherwise()) layAnew();
      for (const profile of profiles) profile.advance(now);
      for (let i = laid; i < waiting.length; i++) lay(waiting[i]);
      laid = waiting.length - startDue();
      lastLaid = waiting.findLast((job) => state.isWaiting(job)) ?? -1;
    },
    onStop(job) {
      if (state.estimatedEnd[job] !== state.now || state.pools[state.poolOf[job]].spot) stale = true;
    },
  };
}
