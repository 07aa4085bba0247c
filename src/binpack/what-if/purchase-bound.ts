import type { Kinds } from "../bounds/kinds.js";
import { solvePatternLp } from "../bounds/pattern-lp.js";
import { mostWorth } from "./most-worth.js";

/** No purchase that places all the pods costs less than `bound`; `prices` are those of a pod of each kind. */
export interface PurchaseBound {
  bound: number;
  prices: Float64Array;
}

/**
 * The bound by fills of single GPUs, with CPU and memory pooled by kind of node and the free room of the cluster in the
 * programme.
 *
 * @param kinds of all pods, the nodes that are there and the offers
 */
export function pooledBound(kinds: Kinds): PurchaseBound {
  const penalty = 2 * Math.max(...kinds.nodes.map(({ offer }) => offer?.price ?? 0));
  const worth = new Float64Array(kinds.pods.length).fill(penalty);
  const pods = kinds.pods.reduce((sum, kind) => sum + kind.pods.length, 0);
  const { bound, podPrices } = solvePatternLp(kinds, worth);
  return {
    bound: Math.max(0, penalty * pods * (1 - 1e-9) - bound),
    prices: podPrices.map((price) => Math.max(0, penalty - price)),
  };
}

/**
 * The bound by fills of whole nodes, at any prices of the pods (Farley 1990): they are scaled so that no node of which
 * any number can be had earns more than it costs; then what all pods are worth, less what the free room can take of it
 * and what the limited nodes earn beyond their price.
 */
export function wholeNodeBound(kinds: Kinds, prices: Float64Array): number {
  const there = kinds.nodes.filter(({ offer }) => !offer);
  const offers = kinds.nodes.flatMap(({ offer }, c) => {
    if (!offer) return [];
    const useful = kinds.pods.reduce((sum, pod) => sum + (pod.allowed[c] ? pod.pods.length : 0), 0);
    return [{ ...offer, limited: offer.most < useful, earns: mostWorth(kinds, c, prices) }];
  });
  const scales = offers.flatMap(({ limited, price, earns }) => (limited || earns <= 0 ? [] : [price / earns]));
  const scale = scales.length > 0 ? Math.min(...scales) : 1;
  const worth = prices.map((price) => price * scale * (1 - 1e-9));
  const free = {
    ...kinds,
    nodes: there,
    pods: kinds.pods.map((pod) => ({ ...pod, allowed: pod.allowed.subarray(0, there.length) })),
  };
  const all = kinds.pods.reduce((sum, kind, p) => sum + kind.pods.length * worth[p], 0);
  let bound = all * (1 - 1e-9) - solvePatternLp(free, worth).bound;
  for (const { limited, price, most, earns } of offers) {
    if (limited) bound -= most * Math.max(0, earns * scale - price);
  }
  return bound;
}
