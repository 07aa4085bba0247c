import type { Cluster } from "../cluster.js";
import type { Eligibility } from "../constraints/eligibility.js";
import type { FreeDomain } from "./free-domain.js";
import { type GangShape, gangShape, MOST_STATES } from "./gang-shape.js";
import { type Capacities, eachKindFits, gangCapacities } from "./node-capacity.js";
import { packNode } from "./pack-node.js";
import { createReach, type ReachOf } from "./reach.js";
import type { GpuRange } from "./whole-gpus.js";

/** A gang without places upon one state of the cluster. */
export interface GangView {
  readonly cluster: Cluster;
  readonly shape: GangShape;
  readonly capacities: Capacities;
  /** Complete search; null when the gang's states are too many. */
  readonly reach: ReachOf | null;
}

export function viewGang(cluster: Cluster, eligibility: Eligibility, gang: readonly number[]): GangView {
  const shape = gangShape(cluster, eligibility, gang);
  const capacities = gangCapacities(cluster, eligibility, shape);
  const reach = shape.states <= MOST_STATES ? createReach(cluster, shape, capacities) : null;
  return { cluster, shape, capacities, reach };
}

/** Whether the gang may fit in the domain: GPUs enough in sum, and room for each kind of pod by itself. */
export function mayFit({ shape, capacities }: GangView, domain: Pick<FreeDomain, "nodes" | "freeMilli">): boolean {
  return domain.freeMilli >= shape.milli && eachKindFits(shape, capacities, domain.nodes);
}

/** Whether the domain can take the gang. Exact for all gangs that are searched completely, else {@link mayFit}. */
export function canTake(view: GangView, domain: Pick<FreeDomain, "nodes" | "freeMilli" | "within">): boolean {
  if (!mayFit(view, domain)) return false;
  const { shape, reach } = view;
  const whole = shape.pods.map((pods) => pods.length);
  if (domain.within) return sharesOn(view, domain.nodes[0], whole, domain.within) !== null;
  return shape.pods.length === 1 || !reach || reach(domain.nodes).step[shape.states - 1] >= 0;
}

/**
 * GPUs for the shares of a part of the gang on one node, kinds in order; null when the part does not fit there.
 *
 * @param counts pods of each kind
 * @param within only these GPUs
 */
export function sharesOn(view: GangView, node: number, counts: readonly number[], within?: GpuRange): number[] | null {
  if (counts.some((count, kind) => count > view.capacities[kind][node])) return null;
  return packNode(view.cluster, view.shape, counts, node, within);
}
