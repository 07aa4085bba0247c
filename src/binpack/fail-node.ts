import type { Placements } from "./binpack.js";
import { createEligibility } from "./constraints/eligibility.js";
import { createPlacer } from "./create-placer.js";
import { createTopology } from "./topology/domains.js";
import { type Replacement, replaceNode } from "./topology/replace-node.js";

/**
 * Lets a node of a finished placement fail: its pods go where `replaceNode` finds room, by the policy of the placement
 * (`auto` where that was `offline`), and the reasons of those that find none are noted. Changes the placements.
 *
 * @param node index of the node; it stays in the table, but empty
 * @returns one entry a lost pod
 */
export function failNode(placements: Placements, node: number, balanced = false): Replacement[] {
  const { cluster, policy, seed, typical, reasons } = placements;
  const eligibility = createEligibility(cluster.nodes, cluster.pods);
  const placer = createPlacer(cluster, eligibility, policy === "offline" ? "auto" : policy, { seed, typical });
  const lost = replaceNode(cluster, createTopology(cluster.nodes), eligibility, node, placer, { balanced });
  for (const { pod, reason } of lost) reasons[pod] = reason;
  return lost;
}
