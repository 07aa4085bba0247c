import type { Kinds } from "../bounds/kinds.js";
import { solvePatternLp } from "../bounds/pattern-lp.js";
import type { NodeProgramme } from "./node-programme.js";

/**
 * No purchase that places all the pods costs less, by two relaxations, of which the larger counts:
 * - fills of single GPUs, with CPU and memory pooled by kind of node and the free room of the cluster in the programme;
 * - fills of whole nodes: what the pods are worth at the prices of the node programme, less what the free room can take
 *   of that worth.
 *
 * @param kinds of all pods, the nodes that are there and the offers
 */
export function purchaseBound(kinds: Kinds, { worth, surplus }: NodeProgramme): number {
  const penalty = 2 * Math.max(...kinds.nodes.map(({ offer }) => offer?.price ?? 0));
  const pods = kinds.pods.reduce((sum, kind) => sum + kind.pods.length, 0);
  const pooled = penalty * pods - solvePatternLp(kinds, new Float64Array(kinds.pods.length).fill(penalty)).bound;

  const there = kinds.nodes.filter(({ offer }) => !offer);
  const offers = kinds.nodes.filter(({ offer }) => offer);
  const free = {
    ...kinds,
    nodes: there,
    pods: kinds.pods.map((pod) => ({ ...pod, allowed: pod.allowed.subarray(0, there.length) })),
  };
  let whole = -solvePatternLp(free, worth).bound;
  kinds.pods.forEach((kind, p) => {
    whole += kind.pods.length * worth[p];
  });
  offers.forEach(({ offer }, k) => {
    whole -= (offer?.most ?? 0) * surplus[k];
  });
  return Math.max(0, Math.max(pooled, whole) - 1e-9 * penalty * pods);
}
