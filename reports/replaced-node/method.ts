import type { ReplacedFile } from "../../src/binpack/index.js";
import type { Cell } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";

const NOTES: readonly string[] = Object.freeze([
  "Only the pods of the failed node are placed again; no other pod moves. Moves might make room for those without a place.",
  "Each pod stays in the node's rack if it can, else in its block, else its zone, else it goes anywhere. Pods of higher priority choose first, then gangs and pods that ask for more GPUs.",
  "The lost pods of a gang go together, where its required level is kept; if they find no place, the pods of the gang that run elsewhere go on.",
  "What a pod loses of its work when it starts anew is not counted; a simulation with an outage says that (fleetlens simulate).",
]);

/** How the pods were placed again, and what that leaves out. */
export function methodSection({ node, createdFrom }: ReplacedFile): Cell[] {
  const { policy } = createdFrom.options;
  const by = typeof policy === "string" ? ` by ${policy}` : "";
  const words = `All pods were placed${by}; then ${node} was taken out, and its pods were placed again on the other nodes.`;
  return [heading("method", "Method and data", words), ...bullets("method-notes", NOTES)];
}
