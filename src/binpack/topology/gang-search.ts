import type { Placer } from "../types.js";
import { countsOf } from "./gang-shape.js";
import { type GangView, sharesOn } from "./gang-view.js";
import { tracePart } from "./reach.js";
import { type GpuRange, wholeGpus } from "./whole-gpus.js";

/** A gang to be placed by a policy. */
export interface GangSearch extends GangView {
  readonly placer: Placer;
}

/** Pods of the gang, by kind, that have no place yet: the first `counts[kind]` of them. */
function waiting({ cluster, shape }: GangSearch, counts: readonly number[]): number[][] {
  return shape.pods.map((pods, kind) => pods.filter((pod) => cluster.nodeOf[pod] < 0).slice(0, counts[kind]));
}

/**
 * Places `counts[kind]` pods of each kind on these nodes, or none: as the policy likes, one after another; where that
 * leads to a pod without a place, by complete search.
 */
export function placeOnNodes(search: GangSearch, nodes: ArrayLike<number>, counts: readonly number[]): boolean {
  if (placeByPolicy(search, nodes, counts).complete) return true;
  const { shape, reach } = search;
  if (!reach || shape.pods.length === 1) return false;
  const state = counts.reduce((sum, count, kind) => sum + count * shape.strides[kind], 0);
  const found = reach(nodes, state);
  if (found.step[state] < 0) return false;
  for (const { node, part } of tracePart(found, nodes, state)) placeOnNode(search, node, countsOf(shape, part));
  return true;
}

/**
 * Places pods one after another where the policy likes best, the kind with the least room first.
 *
 * @param partial keep what was placed even if not all are
 */
export function placeByPolicy(
  search: GangSearch,
  nodes: ArrayLike<number>,
  counts: readonly number[],
  partial = false,
): { complete: boolean; placed: number[] } {
  const { capacities, placer } = search;
  const pods = waiting(search, counts);
  const kinds = pods.map((list, kind) => {
    const candidates = Int32Array.from(Array.from(nodes).filter((node) => capacities[kind][node] > 0));
    return { list, candidates, room: candidates.reduce((sum, node) => sum + capacities[kind][node], 0) };
  });
  kinds.sort((a, b) => a.room - b.room);
  const placed: number[] = [];
  let complete = true;
  for (const { list, candidates } of kinds) {
    for (const pod of list) {
      const node = placer.choose(pod, candidates);
      if (node < 0) {
        complete = false;
        break;
      }
      placer.place(pod, node);
      placed.push(pod);
    }
    if (!complete && !partial) break;
  }
  if (complete || partial) return { complete, placed };
  remove(search, placed);
  return { complete: false, placed: [] };
}

/** Places `counts[kind]` pods of each kind on one node, on GPUs of the range, or none. */
export function placeOnNode(search: GangSearch, node: number, counts: readonly number[], within?: GpuRange): boolean {
  const { cluster, placer } = search;
  const shares = sharesOn(search, node, counts, within);
  if (!shares) return false;
  const { gpus, milli } = cluster.pods;
  const pods = waiting(search, counts).flat();
  const isShare = (pod: number) => gpus[pod] === 1 && milli[pod] < 1000;
  pods.filter(isShare).forEach((pod, k) => {
    placer.place(pod, node, [shares[k]]);
  });
  for (const pod of pods) if (!isShare(pod)) placer.place(pod, node, wholeGpus(cluster, node, gpus[pod], within) ?? []);
  return true;
}

/** Takes these pods back off. */
export function remove({ placer }: GangSearch, pods: readonly number[]): void {
  for (const pod of pods) placer.remove(pod);
}
