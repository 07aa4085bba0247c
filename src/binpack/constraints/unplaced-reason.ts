import { type Cluster, fits } from "../cluster.js";
import type { Reason } from "../types.js";
import { ELIGIBLE, type Eligibility } from "./eligibility.js";

const REASONS: readonly Reason[] = ["selector", "gpu_spec", "taint", "no_fit", "topology"];

/**
 * Why a single pod found no node, in words that say what would help:
 * - when no node of the cluster is allowed, the constraint that bars the last ones left, asked in the order selector,
 *   model, taint (then `no_fit`: no node has the GPUs or NICs even when empty);
 * - else, among the nodes with room now, the constraint that bars the last ones left: the pod would run but for it;
 * - else `no_fit`: no node has room.
 *
 * `topology` when an allowed node has room, so that only the pod's required level can be in the way.
 *
 * @param among the nodes that were open to the pod; all by default
 */
export function unplacedReason(cluster: Cluster, eligibility: Eligibility, pod: number, among?: Int32Array): Reason {
  const barred = eligibility.barredBy[eligibility.classOf[pod]];
  const furthest = Math.max(-1, ...barred);
  if (furthest < ELIGIBLE) return REASONS[furthest] ?? "no_fit";
  const constrained = barred.some((stage) => stage < 3);
  if (!constrained && !cluster.pods.requiredLevel?.[pod]) return "no_fit";
  let last = -1;
  const count = among?.length ?? cluster.nodes.n;
  for (let k = 0; k < count && last < ELIGIBLE; k++) {
    const node = among?.[k] ?? k;
    const stage = barred[eligibility.nodeClassOf[node]];
    if (stage > last && fits(cluster, pod, node)) last = stage;
  }
  return REASONS[last] ?? "no_fit";
}
