import type { Cluster } from "../cluster.js";
import { type DefragPlan, planDefrag } from "./plan-defrag.js";

/** How few nodes the present pods can live on. */
export interface Consolidation {
  /** Nodes with pods now (m) and after the migrations (n). */
  nodesBefore: number;
  nodesAfter: number;
  /** Nodes that are free of pods then but not now, ascending. */
  freed: number[];
  plan: DefragPlan;
}

/**
 * Consolidation m → n: moves pods together, as many as it takes, so that as few nodes as the plan can manage hold them
 * all. Every migration is feasible when its turn comes; levels and constraints hold.
 *
 * @param migrations most pods that may move; default all
 */
export function consolidate(cluster: Cluster, migrations = cluster.pods.n): Consolidation {
  const plan = planDefrag(cluster, [], { goal: "empty-nodes", migrations });
  const now = new Set(cluster.nodeOf.filter((node) => node >= 0));
  const nodeOf = cluster.nodeOf.slice();
  for (const { pod, to } of plan.migrations) nodeOf[pod] = to.node;
  const then = new Set(nodeOf.filter((node) => node >= 0));
  const freed = [...now].filter((node) => !then.has(node)).sort((a, b) => a - b);
  return { nodesBefore: now.size, nodesAfter: then.size, freed, plan };
}
