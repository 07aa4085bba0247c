import type { ReplacedFile } from "../../src/binpack/index.js";

type LostPod = ReplacedFile["pods"][number];

/** How near a lost pod found a place, the nearest first. */
export const NEARNESS = Object.freeze(["same rack", "same block", "same zone", "elsewhere", "no place"] as const);
export type Nearness = (typeof NEARNESS)[number];

/** How near the pod found a place. */
export function nearnessOf({ to, within }: LostPod): Nearness {
  if (to === null) return "no place";
  return within === null ? "elsewhere" : `same ${within}`;
}

/** Whether anything is known of where the node stands; without, a place is only found or not. */
export function hasTopology({ zone, block, rack }: ReplacedFile): boolean {
  return [zone, block, rack].some((name) => name !== "");
}
