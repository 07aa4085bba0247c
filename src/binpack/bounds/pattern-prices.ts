import { bestFills, type Fills } from "./best-fill.js";
import type { Kinds } from "./kinds.js";
import type { PatternLayout } from "./pattern-layout.js";

/** What pods are worth at given prices of the rows of the programme. */
export interface PatternPrices {
  /** Worth of a pod on a node kind after paying for itself and the room it needs. */
  net(nodeKind: number, podKind: number): number;
  /** Best fills of the holes of a node kind by pods that use one GPU, and the pod kind behind each piece. */
  shares(nodeKind: number): { fills: Fills; pods: number[] };
}

export function patternPrices(
  kinds: Kinds,
  layout: PatternLayout,
  worth: Float64Array,
  duals: Float64Array,
): PatternPrices {
  const price = (row: number) => Math.max(0, duals[row]);
  const net = (c: number, p: number) =>
    worth[p] - price(layout.podRow(p)) - layout.rooms[c].reduce((sum, { row, need }) => sum + price(row) * need[p], 0);
  return {
    net,
    shares(c) {
      const best = new Map<number, { pod: number; value: number }>();
      kinds.pods.forEach((pod, p) => {
        if (pod.gpus !== 1 || !pod.allowed[c]) return;
        const value = net(c, p);
        const known = best.get(pod.size);
        if (!known || value > known.value) best.set(pod.size, { pod: p, value });
      });
      const chosen = [...best.values()];
      const largest = Math.max(0, ...kinds.nodes[c].holes.map((hole) => hole.size));
      const values = Float64Array.from(chosen, ({ value }) => value);
      return { fills: bestFills([...best.keys()], values, largest), pods: chosen.map(({ pod }) => pod) };
    },
  };
}

/**
 * A bound on the programme by weak duality, which holds at any prices: what the pods and the room are worth at prices
 * at which no fill gains anything.
 */
export function dualBound(kinds: Kinds, layout: PatternLayout, worth: Float64Array, duals: Float64Array): number {
  const raised = raiseGpuless(kinds, layout, worth, duals);
  const prices = patternPrices(kinds, layout, worth, raised);
  const price = (row: number) => Math.max(0, raised[row]);
  let bound = 0;
  kinds.pods.forEach((pod, p) => {
    bound += price(layout.podRow(p)) * pod.pods.length;
  });
  kinds.nodes.forEach((node, c) => {
    let room = layout.rooms[c].reduce((sum, { row, amount }) => sum + price(row) * amount, 0);
    const { fills } = prices.shares(c);
    node.holes.forEach(({ size, count }, h) => {
      const wholes = h === node.holes.length - 1 ? mostPerGpu(kinds, prices, c) : 0;
      room += Math.max(fills.best[size], wholes) * count;
    });
    bound += node.offer ? node.offer.most * Math.max(0, room - node.offer.price) : room;
  });
  return bound;
}

/** What a GPU earns at most from pods that take several. */
function mostPerGpu(kinds: Kinds, prices: PatternPrices, c: number): number {
  let most = 0;
  kinds.pods.forEach((pod, p) => {
    if (pod.gpus > 1 && pod.allowed[c]) most = Math.max(most, prices.net(c, p) / pod.gpus);
  });
  return most;
}

/** A pod without GPU has no GPU to pay for: what it still gains somewhere is put on its own price. */
function raiseGpuless(kinds: Kinds, layout: PatternLayout, worth: Float64Array, duals: Float64Array): Float64Array {
  const prices = patternPrices(kinds, layout, worth, duals);
  const raised = duals.slice();
  kinds.pods.forEach((pod, p) => {
    if (pod.gpus > 0) return;
    const gains = kinds.nodes.map((_, c) => (pod.allowed[c] ? prices.net(c, p) : 0));
    raised[layout.podRow(p)] = Math.max(0, duals[layout.podRow(p)]) + Math.max(0, ...gains);
  });
  return raised;
}
