import type { QueueState, SchedulerFactory } from "../types.js";
import { leastGpus, mostFree } from "./most-free.js";

/** Starts jobs in this order while they fit; gives the position of the first that does not. */
export function startInOrder(state: QueueState, order: Int32Array): number {
  let at = 0;
  while (at < order.length && state.start(order[at])) at++;
  return at;
}

/** From the head of the queue while it fits; nobody passes. Serves `fifo` and, by the order of its queue, `sjf`. */
export const inOrder: SchedulerFactory = (state) => {
  const least = leastGpus(state);
  return {
    pass() {
      if (mostFree(state) >= least) startInOrder(state, state.waiting);
    },
  };
};
