import { LEVELS } from "../types.js";
import type { NodeLevel, Topology } from "./domains.js";
import { freeDomains } from "./free-domains.js";
import { levelsToTry } from "./gang-levels.js";
import { type GangSearch, placeOnNode, placeOnNodes } from "./gang-search.js";
import { mayFit } from "./gang-view.js";
import { spreadGang } from "./spread-gang.js";

/** Places the gang among these nodes: from the narrowest level wanted to the widest allowed, in the first domain that takes it. */
export function placeInDomain(search: GangSearch, topology: Topology, among: Int32Array, balanced: boolean): boolean {
  const { cluster, shape } = search;
  const whole = shape.pods.map((pods) => pods.length);
  const { from, to } = levelsToTry(cluster.nodes, cluster.pods, shape.pods.flat());
  for (let depth = from; depth >= to && depth >= 0; depth--) {
    const level = LEVELS[depth];
    for (const domain of freeDomains(search, topology, level, among)) {
      if (!mayFit(search, domain)) continue;
      const { nodes, within } = domain;
      if (within ? placeOnNode(search, nodes[0], whole, within) : inDomain(nodes, depth)) return true;
    }
  }
  return to < 0 && mayFit(search, { nodes: among, freeMilli: Number.POSITIVE_INFINITY }) && inDomain(among, -1);

  function inDomain(nodes: Int32Array, depth: number): boolean {
    if (depth === from) return placeOnNodes(search, nodes, whole);
    const level = LEVELS[from] === "nvlink" ? "node" : LEVELS[from];
    return spreadGang(search, topology, level as NodeLevel, nodes, balanced);
  }
}
