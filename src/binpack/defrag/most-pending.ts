import type { Cluster } from "../cluster.js";
import type { Eligibility } from "../constraints/eligibility.js";
import { type GangSearch, placeOnNode } from "../topology/gang-search.js";
import { countsOf } from "../topology/gang-shape.js";
import { viewGang } from "../topology/gang-view.js";
import { tracePart } from "../topology/reach.js";
import type { Placer } from "../types.js";

/** The most GPU thousandths of these single pods (at most 8) that the cluster has room for at once, exactly. */
export function mostPending(cluster: Cluster, eligibility: Eligibility, pending: readonly number[]): number {
  return best(cluster, eligibility, pending).milli;
}

/** Places those pods. */
export function placeMostPending(
  cluster: Cluster,
  eligibility: Eligibility,
  pending: readonly number[],
  placer: Placer,
): void {
  const { view, nodes, found, state } = best(cluster, eligibility, pending);
  const search: GangSearch = { ...view, placer };
  for (const { node, part } of tracePart(found, nodes, state)) placeOnNode(search, node, countsOf(view.shape, part));
}

function best(cluster: Cluster, eligibility: Eligibility, pending: readonly number[]) {
  const view = viewGang(cluster, eligibility, pending);
  const { shape } = view;
  const nodes = Int32Array.from({ length: cluster.nodes.n }, (_, node) => node);
  if (!view.reach) throw new RangeError(`${pending.length} pods are too many to search completely`);
  const found = view.reach(nodes);
  const sizes = shape.pods.map(([pod]) => cluster.pods.gpus[pod] * cluster.pods.milli[pod]);
  let [state, milli, pods] = [0, 0, 0];
  for (let other = 1; other < shape.states; other++) {
    if (found.step[other] < 0) continue;
    const counts = countsOf(shape, other);
    const worth = counts.reduce((sum, count, kind) => sum + count * sizes[kind], 0);
    const size = counts.reduce((sum, count) => sum + count, 0);
    if (worth > milli || (worth === milli && size > pods)) [state, milli, pods] = [other, worth, size];
  }
  return { view, nodes, found, state, milli };
}
