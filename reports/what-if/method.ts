import type { WhatIfFile } from "../../src/binpack/index.js";
import type { Cell } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted } from "../capacity-plan/words.js";

const NOTES: readonly string[] = Object.freeze([
  "What the cluster has free is used first, at no cost; no pod that runs is moved. Moves may make room instead of a purchase: see the report on moves.",
  "In small cases (up to 10 pods and 16 nodes, bought ones counted) purchases are tried from the cheapest on. In all others integer programmes say what to buy (HiGHS), every pod is really placed with its CPU, memory, model, labels, taints and gang, more is bought where that fails, and nodes are given up or exchanged for cheaper ones as long as all fit.",
  "The bound is a linear programme: nodes may be bought in parts there, so it is lower than what can be bought, and most so where few nodes are needed.",
  "Prices are on demand, and in the catalogue's currency. Commitments and savings plans are not asked for here: the report on commitments says what to reserve.",
  "Bought nodes have no rack, label or taint: pods that ask for labels stay without a place, and a gang that must stay in one rack can have them only on one node.",
]);

/** How the purchase was found, and what it cannot say. */
export function methodSection({ pending, catalogue }: WhatIfFile): Cell[] {
  const words = `${counted(pending, "pod")} without a place, and ${counted(catalogue.length, "type")} of node to buy, for the least price on demand.`;
  return [heading("method", "Method and data", words), ...bullets("method-notes", NOTES)];
}
