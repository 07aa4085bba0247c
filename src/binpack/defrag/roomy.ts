import { fits } from "../cluster.js";
import { barredBy, ELIGIBLE } from "../constraints/eligibility.js";
import type { Bench } from "./bench.js";

/** Whether some node has room for a pod, other than by moving anything. */
export type Roomy = (pod: number) => boolean;

/**
 * The answer as things stand now, worked out once a kind of pod: moves that end with a pod without room lead nowhere.
 *
 * @param open the nodes where pods may go
 */
export function roomyNow({ work, eligibility, kindOf }: Bench, open: Int32Array): Roomy {
  const known = new Map<number, boolean>();
  return (pod) => {
    const kind = kindOf[pod];
    let room = known.get(kind);
    if (room === undefined) {
      room = open.some((node) => barredBy(eligibility, pod, node) === ELIGIBLE && fits(work, pod, node));
      known.set(kind, room);
    }
    return room;
  };
}
