import { createColumnLp, type LpColumn } from "./column-lp.js";
import type { Kinds } from "./kinds.js";
import { type Fill, fillColumn, layOutPatterns, offerColumn } from "./pattern-layout.js";
import { dualBound, patternPrices } from "./pattern-prices.js";

/** A fill and how often the optimum uses it. */
export interface Pattern extends Fill {
  amount: number;
}

export interface PatternLp {
  patterns: Pattern[];
  /** No placement is worth more, whatever the rounding of floating point: weak duality at the final prices. */
  bound: number;
  /** What one pod more of each kind would be worth. */
  podPrices: Float64Array;
  /** The programme with the columns it was solved with. */
  programme: { b: Float64Array; columns: readonly LpColumn[]; offers: { nodeKind: number; column: number }[] };
}

const MOST_PIVOTS = 20_000;
const MOST_ROUNDS = 400;

/**
 * Upper bound on the worth of the pods that can be placed, less the price of the nodes bought: the linear programme over
 * fills of one GPU. Each node kind gives its GPUs, CPU and memory as pools (an offered kind as many times as it is
 * bought), each pod kind its number of pods; a column is a fill of one hole by shares, a pod on whole GPUs or a pod
 * without GPU. Fills come by column generation (a knapsack a node kind; Gilmore & Gomory 1961).
 *
 * @param worth of one pod of each kind
 */
export function solvePatternLp(kinds: Kinds, worth: Float64Array): PatternLp {
  const layout = layOutPatterns(kinds);
  const slacks = Array.from(layout.b, (_, row) => ({ value: 0, rows: [row], amounts: [1] }));
  const lp = createColumnLp(layout.b, slacks);
  const offers: PatternLp["programme"]["offers"] = [];
  kinds.nodes.forEach((node, nodeKind) => {
    if (!node.offer) return;
    offers.push({ nodeKind, column: lp.columns.length });
    lp.add(offerColumn(kinds, layout, nodeKind));
  });
  const firstFill = lp.columns.length;
  const fills: Fill[] = [];
  const add = (fill: Fill) => {
    lp.add(fillColumn(layout, worth, fill));
    fills.push(fill);
  };
  for (const fill of undividedFills(kinds, worth)) add(fill);

  for (let round = 0; round < MOST_ROUNDS; round++) {
    lp.solve(MOST_PIVOTS);
    const known = fills.length;
    const prices = patternPrices(kinds, layout, worth, lp.duals);
    kinds.nodes.forEach((node, nodeKind) => {
      const shares = prices.shares(nodeKind);
      for (const { size } of node.holes) {
        if (shares.fills.best[size] <= Math.max(0, lp.duals[layout.holeRow(nodeKind, size)]) + 1e-7) continue;
        const pods = shares.fills.pieces(size).map((piece) => shares.pods[piece]);
        add({ nodeKind, hole: size, gpus: 1, pods });
      }
    });
    if (fills.length === known) break;
  }
  const amounts = lp.amounts().subarray(firstFill);
  const patterns = fills.flatMap((fill, f) => (amounts[f] > 1e-6 ? [{ ...fill, amount: amounts[f] }] : []));
  return {
    patterns,
    bound: dualBound(kinds, layout, worth, lp.duals),
    podPrices: Float64Array.from(kinds.pods, (_, p) => Math.max(0, lp.duals[layout.podRow(p)])),
    programme: { b: layout.b, columns: lp.columns, offers },
  };
}

/** Pods that take several whole GPUs or none. */
function undividedFills({ nodes, pods }: Kinds, worth: Float64Array): Fill[] {
  return pods.flatMap((pod, p) => {
    if (worth[p] <= 0 || pod.gpus === 1) return [];
    return nodes.flatMap(({ holes }, nodeKind) => {
      if (!pod.allowed[nodeKind]) return [];
      return [{ nodeKind, hole: pod.gpus > 0 ? holes[holes.length - 1].size : 0, gpus: pod.gpus, pods: [p] }];
    });
  });
}
