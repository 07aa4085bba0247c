import type { Highs, Model } from "highs";
import type { Kinds } from "../bounds/kinds.js";
import { fillNode, type NodePart, type NodeRoom } from "./fill-node.js";

/** One node to buy and its fill. */
export interface BoughtNode {
  nodeKind: number;
  parts: NodePart[];
}

/** Cheapest cover of pods by fills of whole nodes: a linear programme that grows by columns, and its rounding. */
export interface NodeMaster {
  /** Makes known a fill that the programme may use. */
  add(node: BoughtNode): void;
  /** Solves, and adds fills that lower the cost until none is found, or for so many rounds. */
  generate(rounds: number): void;
  /** Prices of the pods, by kind, when it was last solved. */
  readonly prices: Float64Array;
  /** Buys whole numbers of the fills known by now: branch and bound, which may leave pods to {@link cover}. */
  coverByKnown(): BoughtNode[];
  /** Buys nodes bit by bit, adding fills for the rest, until all pods are covered that can be; changes the programme. */
  cover(rounds: number, share: number): BoughtNode[];
}

/** A fill enters when it is worth its price and this part of it more. */
const TOLERANCE = 1e-4;
/** Fills of a node kind found in one round, each of pods that those before it left over. */
const FILLS = 3;
/** Amounts of a fill are rounded up from here on, and at first only such fills are bought. */
const BULK = 0.8;
/** Limits of branch and bound. */
const MIP_GAP = 5e-4;
const MIP_NODES = 500;
/** A planned fill of which less than this part of its price is still wanted is not bought. */
const LEAST_WANTED = 0.98;

/**
 * The programme upon an empty HiGHS model: rows are the pods of each kind to cover, then the nodes of each kind to be had.
 * A pod left out costs twice the dearest node. Prices are smoothed between rounds (Wentges 1997), as they swing otherwise.
 *
 * @param rooms of a node of each kind
 * @param counts pods to cover, by kind
 * @param most nodes to be had, by kind
 * @param start prices of the pods to begin with
 */
export function createNodeMaster(
  { constants, infinity }: Highs,
  model: Model,
  kinds: Kinds,
  rooms: readonly NodeRoom[],
  counts: ArrayLike<number>,
  most: readonly number[],
  start: Float64Array,
): NodeMaster {
  const price = kinds.nodes.map(({ offer }) => offer?.price ?? 0);
  const left = Float64Array.from(counts);
  const nodesLeft = [...most];
  const covered = [...kinds.pods.keys()].filter((p) => left[p] > 0);
  const rowOf = new Map(covered.map((p, row) => [p, row]));
  const prices = new Float64Array(kinds.pods.length);
  const rents = new Float64Array(price.length);
  const fills: (BoughtNode & { pods: Map<number, number>; amount: number })[] = [];
  let cost = 0;

  model.options.set({ output_flag: false, presolve: "off" });
  for (const p of covered) model.addRow(left[p], infinity, { indices: [], values: [] });
  for (const count of nodesLeft) model.addRow(-infinity, count, { indices: [], values: [] });
  const penalty = 2 * Math.max(...price);
  covered.forEach((_, row) => {
    model.addCol(penalty, 0, infinity, { indices: Int32Array.of(row), values: Float64Array.of(1) });
  });

  function add({ nodeKind, parts }: BoughtNode): void {
    const pods = new Map<number, number>();
    for (const p of parts.flatMap((part) => part.pods)) pods.set(p, (pods.get(p) ?? 0) + 1);
    const rows = [...pods.keys()].map((p) => rowOf.get(p) as number);
    model.addCol(price[nodeKind], 0, infinity, {
      indices: Int32Array.from([...rows, covered.length + nodeKind]),
      values: Float64Array.from([...pods.values(), 1]),
    });
    fills.push({ nodeKind, parts, pods, amount: 0 });
  }

  function solve(): void {
    model.run();
    const { colValue, rowDual } = model.getSolution();
    cost = model.getObjectiveValue();
    covered.forEach((p, row) => {
      prices[p] = Math.max(0, rowDual[row]);
    });
    for (let c = 0; c < price.length; c++) rents[c] = Math.max(0, -rowDual[covered.length + c]);
    fills.forEach((fill, k) => {
      fill.amount = colValue[covered.length + k];
    });
  }

  /** Adds fills found at these prices that gain at those of the programme; false when there are none. */
  function addFills(worth: Float64Array, mostFills: number): boolean {
    const known = fills.length;
    price.forEach((_, c) => {
      const waiting = left.slice();
      for (let k = 0; k < mostFills && nodesLeft[c] > 0; k++) {
        const parts = fillNode(kinds, rooms[c], worth, waiting);
        const pods = parts.flatMap((part) => part.pods);
        const gain = pods.reduce((sum, p) => sum + prices[p], 0);
        if (gain <= (price[c] + rents[c]) * (1 + TOLERANCE)) break;
        add({ nodeKind: c, parts });
        for (const p of pods) waiting[p]--;
      }
    });
    return fills.length > known;
  }

  function generate(rounds: number): void {
    let centre = start;
    for (let round = 0; round < rounds; round++) {
      solve();
      centre = prices.map((value, p) => (value + centre[p]) / 2);
      if (fills.length === 0) addFills(start, Infinity);
      else if (!addFills(centre, FILLS) && !addFills(prices, FILLS)) break;
    }
    solve();
  }

  /** Buys the fill if enough of it is still wanted. */
  function buy({ nodeKind, parts, pods }: (typeof fills)[number], anyway: boolean): BoughtNode | null {
    const wanted = [...pods].filter(([p]) => left[p] > 0);
    const worth = wanted.reduce((sum, [p, count]) => sum + prices[p] * Math.min(count, left[p]), 0);
    if (nodesLeft[nodeKind] === 0 || wanted.length === 0) return null;
    if (!anyway && worth < LEAST_WANTED * price[nodeKind]) return null;
    nodesLeft[nodeKind]--;
    const kept = parts.map(({ gpus, pods: list }) => ({
      gpus,
      pods: list.filter((p) => left[p] > 0 && left[p]-- > 0),
    }));
    return { nodeKind, parts: kept.filter((part) => part.pods.length > 0) };
  }

  /** Goes on with the pods and nodes that are left. */
  function restrict(): void {
    for (const [p, row] of rowOf) model.changeRowBounds(row, left[p], infinity);
    for (let c = 0; c < price.length; c++) model.changeRowBounds(covered.length + c, -infinity, nodesLeft[c]);
  }

  return {
    add,
    generate,
    prices,
    coverByKnown() {
      const { integer } = constants.variableType;
      model.options.set({ presolve: "on", mip_rel_gap: MIP_GAP, mip_max_nodes: MIP_NODES });
      for (let k = 0; k < fills.length; k++) model.changeColIntegrality(covered.length + k, integer);
      model.run();
      const { colValue } = model.getSolution();
      const bought: BoughtNode[] = [];
      fills.forEach((fill, k) => {
        for (let copy = Math.round(colValue[covered.length + k] ?? 0); copy > 0; copy--) {
          const node = buy(fill, true);
          if (node) bought.push(node);
        }
      });
      model.clearIntegrality();
      model.options.set({ presolve: "off" });
      restrict();
      solve();
      return bought;
    },
    cover(rounds, share) {
      const bought: BoughtNode[] = [];
      while (covered.some((p) => left[p] > 0)) {
        const known = bought.length;
        const used = fills.filter(({ amount }) => amount > 1e-6).sort((a, b) => b.amount - a.amount);
        const bulk = used.some(({ amount }) => amount > BULK);
        for (let k = 0, spent = 0; k < used.length && (bulk || spent < cost * share); k++) {
          const { amount, nodeKind } = used[k];
          for (let copy = 0; copy < (bulk ? Math.floor(amount + 1 - BULK) : 1); copy++) {
            const node = buy(used[k], bought.length === known);
            if (!node) break;
            bought.push(node);
            spent += price[nodeKind];
          }
        }
        if (bought.length === known) break;
        restrict();
        generate(rounds);
      }
      return bought;
    },
  };
}
