import type { Highs } from "highs";
import { createRandom } from "../../core/random.js";
import type { Kinds } from "../bounds/kinds.js";
import { type NodeRoom, nodeRoom } from "./fill-node.js";
import { type BoughtNode, createNodeMaster } from "./node-master.js";

export interface NodeProgramme {
  /** Nodes that take the pods, each with its fill. */
  bought: BoughtNode[];
  /** Prices of the pods, by kind, in the linear programme. */
  prices: Float64Array;
}

/** Rounds of column generation: for the whole programme, while it is rounded, for a part of it and its rounding. */
const ROUNDS = { whole: 60, rounding: 6, part: 25, partRounding: 3 } as const;
/** Part of the remaining cost that is bought between two solutions of the programme. */
const BOUGHT_AT_ONCE = { whole: 0.1, part: 0.3 } as const;
/** With so many pods of a kind on average the fills known will do. */
const RECUR = 4;
/** Times that a few nodes are bought anew, and how many. */
const TRIES = 80;
const [FEWEST, MOST] = [4, 10];
/** Nothing is bought anew within this part of the bound. */
const CLOSE = 1e-3;

/**
 * Covers the pods by fills of whole nodes at little cost: linear programme by column generation, rounded by diving (fills
 * of large amounts are bought, the programme is solved again for the rest), then large-neighbourhood search: a few
 * nodes of chance, one of which is little used, are given back and their pods covered anew in the same way.
 *
 * @param kinds whose node kinds are all offered
 * @param start prices of the pods, by kind, to begin with
 * @param bound no purchase costs less
 */
export function solveNodeProgramme(
  highs: Highs,
  kinds: Kinds,
  start: Float64Array,
  bound: number,
  seed: number,
): NodeProgramme {
  const rooms = kinds.nodes.map((_, c) => nodeRoom(kinds, c));
  const counts = kinds.pods.map((pod) => pod.pods.length);
  const most = kinds.nodes.map(({ offer }) => offer?.most ?? 0);
  if (!counts.some((count) => count > 0)) return { bought: [], prices: start };
  const whole = highs.withModel((model) => {
    const master = createNodeMaster(highs, model, kinds, rooms, counts, most, start);
    master.generate(ROUNDS.whole);
    const prices = master.prices.slice();
    const kindsLeft = counts.filter((count) => count > 0).length;
    const recur = counts.reduce((sum, count) => sum + count, 0) >= RECUR * kindsLeft;
    const known = recur ? master.coverByKnown() : [];
    return { prices, bought: [...known, ...master.cover(ROUNDS.rounding, BOUGHT_AT_ONCE.whole)] };
  });
  const bought = buyAnew(highs, kinds, rooms, whole, most, bound, seed);
  return { bought, prices: whole.prices };
}

function buyAnew(
  highs: Highs,
  kinds: Kinds,
  rooms: readonly NodeRoom[],
  { bought, prices }: NodeProgramme,
  most: readonly number[],
  bound: number,
  seed: number,
): BoughtNode[] {
  const random = createRandom(seed);
  const price = ({ nodeKind }: BoughtNode) => kinds.nodes[nodeKind].offer?.price ?? 0;
  const costOf = (nodes: readonly BoughtNode[]) => nodes.reduce((sum, node) => sum + price(node), 0);
  const podsOf = ({ parts }: BoughtNode) => parts.flatMap((part) => part.pods);
  const worth = (node: BoughtNode) => podsOf(node).reduce((sum, p) => sum + prices[p], 0);
  // At equal cost, full nodes beside empty ones are better than all half full.
  const contrast = (nodes: readonly BoughtNode[]) =>
    nodes.reduce((sum, node) => sum + worth(node) ** 2 / price(node), 0);
  let all = bought;
  for (let k = 0; k < TRIES && all.length > 0 && costOf(all) > bound * (1 + CLOSE); k++) {
    all.sort((a, b) => worth(a) / price(a) - worth(b) / price(b));
    const size = Math.min(all.length, FEWEST + random.int(MOST - FEWEST + 1));
    const chosen = new Set([random.int(Math.ceil(all.length / 4))]);
    while (chosen.size < size) chosen.add(random.int(all.length));
    const old = all.filter((_, i) => chosen.has(i));
    const kept = all.filter((_, i) => !chosen.has(i));
    const counts = new Int32Array(kinds.pods.length);
    for (const p of old.flatMap(podsOf)) counts[p]++;
    const available = most.map((count, c) => count - kept.filter(({ nodeKind }) => nodeKind === c).length);
    const fresh = highs.withModel((model) => {
      const master = createNodeMaster(highs, model, kinds, rooms, counts, available, prices);
      for (const node of old) master.add(node);
      master.generate(ROUNDS.part);
      return master.cover(ROUNDS.partRounding, BOUGHT_AT_ONCE.part);
    });
    const complete = fresh.flatMap(podsOf).length === old.flatMap(podsOf).length;
    const saved = costOf(old) - costOf(fresh);
    if (complete && (saved > 1e-9 || (saved > -1e-9 && contrast(fresh) > contrast(old) + 1e-9)))
      all = [...kept, ...fresh];
  }
  return all;
}
