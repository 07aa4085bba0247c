import type { Eligibility } from "../constraints/eligibility.js";
import { unplacedReason } from "../constraints/unplaced-reason.js";
import type { Reason } from "../types.js";
import { requiredLevelOf } from "./gang-levels.js";
import { canTake, type GangView } from "./gang-view.js";

/**
 * Why a gang found no place among these nodes, pod by pod. Where some pods find no node even alone, they name their own
 * reason and the others `gang`. Else all name `topology` when only their required level is in the way, or `gang`: each
 * would fit alone, not all together.
 */
export function gangReasons(
  view: GangView,
  eligibility: Eligibility,
  gang: readonly number[],
  among: Int32Array,
): Reason[] {
  const { cluster, shape, capacities } = view;
  const own = new Map<number, Reason>();
  shape.pods.forEach((pods, kind) => {
    if (among.some((node) => capacities[kind][node] > 0)) return;
    const reason = unplacedReason(cluster, eligibility, pods[0], among);
    for (const pod of pods) own.set(pod, reason);
  });
  if (own.size > 0) return gang.map((pod) => own.get(pod) ?? "gang");
  const together =
    requiredLevelOf(cluster.pods, gang) !== null &&
    canTake(view, { nodes: among, freeMilli: Number.POSITIVE_INFINITY });
  return gang.map(() => (together ? "topology" : "gang"));
}
