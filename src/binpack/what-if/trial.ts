import { createRandom } from "../../core/random.js";
import { type Cluster, occupy } from "../cluster.js";
import { packRoom } from "../offline/pack-room.js";
import type { PodTable } from "../types.js";
import type { Catalogue } from "./catalogue.js";
import { extendCluster } from "./extend-cluster.js";

/** What is to be placed, and what with. */
export interface WhatIfProblem {
  cluster: Cluster;
  pending: PodTable;
  /** Pods of `pending` that have a place on some node at all, ascending. */
  pods: readonly number[];
  /** Those that are not tied to others by a gang or a level. */
  loose: ReadonlySet<number>;
  catalogue: Catalogue;
  /** Price of one node of each type. */
  prices: readonly number[];
  /** What placing each pod of `pending` is worth: whole numbers. */
  worth: Float64Array;
  rounds: number;
  seed: number;
}

/** A purchase with the pods really placed. */
export interface Trial {
  counts: readonly number[];
  cost: number;
  cluster: Cluster;
  /** Pods left without a place. */
  unplaced: readonly number[];
  /** Proven: no placement on these nodes takes more. */
  proven: boolean;
}

export const costOf = ({ prices }: WhatIfProblem, counts: readonly number[]): number =>
  counts.reduce((sum, count, i) => sum + count * prices[i], 0);

/** Buys these nodes and places as many of the pods as the offline packing can. */
export function tryPurchase(problem: WhatIfProblem, counts: readonly number[]): Trial {
  const { cluster, pending, catalogue, pods } = problem;
  return packTrial(problem, counts, extendCluster(cluster, pending, catalogue, counts), pods);
}

/**
 * Buys more nodes than a trial, whose placements stand, and places what it left over.
 *
 * @param first places some of those pods before the packing places the others
 */
export function placeRest(
  problem: WhatIfProblem,
  counts: readonly number[],
  sofar: Trial,
  first: (start: Cluster) => void,
): Trial {
  const { cluster, pending, catalogue } = problem;
  const start = extendCluster(cluster, pending, catalogue, counts);
  occupyAsIn(start, sofar, cluster.nodes.n, counts);
  first(start);
  return packTrial(
    problem,
    counts,
    start,
    sofar.unplaced.filter((pod) => start.nodeOf[pod] < 0),
  );
}

function packTrial(problem: WhatIfProblem, counts: readonly number[], start: Cluster, pods: readonly number[]): Trial {
  const { worth, rounds, seed } = problem;
  const target = pods.reduce((sum, pod) => sum + worth[pod], 0);
  const packed = packRoom(start, pods, worth, { rounds, target, random: createRandom(seed) });
  const unplaced = pods.filter((pod) => packed.cluster.nodeOf[pod] < 0);
  return { counts, cost: costOf(problem, counts), cluster: packed.cluster, unplaced, proven: packed.optimal };
}

/** Places the pods of the trial on the same nodes, which have moved back where more nodes of a type stand before them. */
function occupyAsIn(
  start: Cluster,
  { cluster, counts: before }: Trial,
  firstNew: number,
  counts: readonly number[],
): void {
  const moved: number[] = Array.from({ length: firstNew }, (_, node) => node);
  let first = firstNew;
  before.forEach((count, i) => {
    for (let k = 0; k < count; k++) moved.push(first + k);
    first += counts[i];
  });
  cluster.nodeOf.forEach((node, pod) => {
    if (node >= 0) occupy(start, pod, moved[node], cluster.gpusOf[pod] ?? []);
  });
}
