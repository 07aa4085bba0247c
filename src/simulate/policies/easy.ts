import type { QueueState, SchedulerFactory } from "../types.js";
import { startInOrder } from "./in-order.js";
import { leastGpus, mostFree } from "./most-free.js";

/**
 * EASY backfilling (Lifka 1995): from the head of the queue while it fits; then room is reserved for the first job that
 * does not, and those behind it start if they do not delay it.
 */
export const easy: SchedulerFactory = (state) => {
  const least = leastGpus(state);
  return {
    pass() {
      if (mostFree(state) < least) return;
      const head = startInOrder(state, state.waiting);
      if (head >= state.waiting.length - 1 || mostFree(state) < least) return;
      backfill(state, head + 1, state.reserve(state.waiting[head]), least);
    },
  };
};

/** Starts jobs from a position on that the reservation for second `shadow` allows. */
function backfill(state: QueueState, from: number, shadow: number, least: number): void {
  const { now, estimate, waiting } = state;
  const { gpus } = state.jobs;
  let most = mostFree(state);
  let beside = state.freeBeside();
  for (let i = from; i < waiting.length && most >= least; i++) {
    const job = waiting[i];
    // Only what may fit is asked for in full: queues are long, and most of it does not.
    if (gpus[job] > most || (gpus[job] > beside && now + estimate[job] > shadow)) continue;
    if (!state.backfill(job)) continue;
    most = mostFree(state);
    beside = state.freeBeside();
  }
}
