import type { DefragFile } from "../../src/binpack/index.js";
import type { Cell } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted } from "../capacity-plan/words.js";
import { mostMoves } from "./goal.js";

const AIMS = Object.freeze({
  pending: "make room for the most GPUs of pending pods",
  "empty-nodes": "leave the most nodes without pods",
  "empty-racks": "leave the most racks without pods",
});

const NOTES: readonly string[] = Object.freeze([
  "After every single move the cluster is within its CPU, memory and GPUs: no place is used before it is free. Labels, models, taints and the levels of gangs hold as for a new pod, and no pod goes to where its preferred level or the zone of its data is served worse.",
  "A gang moves as a whole and counts with every pod; a pending gang starts as a whole or not at all.",
  "Few pods on few nodes are searched completely. Otherwise room is made greedily, the most GPUs a move first, where a moved pod may push on one more; a better plan may then exist, and none is promised.",
  "The plan holds for the pods as they were placed. Pods that come or end in the meantime change it: make it anew right before it is carried out.",
]);

/** How the plan was made, and what it cannot say. */
export function methodSection(result: DefragFile): Cell[] {
  const words = `At most ${counted(mostMoves(result), "move")} to ${AIMS[result.goal]}.`;
  return [heading("method", "Method and data", words), ...bullets("method-notes", NOTES)];
}
