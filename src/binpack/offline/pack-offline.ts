import { createRandom } from "../../core/random.js";
import { type PackingBounds, roomBounds } from "../bounds/packing-bounds.js";
import { type Cluster, createCluster } from "../cluster.js";
import type { NodeTable, PodTable } from "../types.js";
import { packRoom } from "./pack-room.js";

/** Options of {@link packOffline}. */
export interface OfflineOptions {
  /** Rounds of the search: more rounds, better packing. */
  rounds: number;
  /** Seed of the search's choices. */
  seed: number;
}

export const DEFAULT_OFFLINE_OPTIONS: Readonly<OfflineOptions> = Object.freeze({ rounds: 16, seed: 42 });

/** Where the pods go when the whole list is known. */
export interface OfflinePacking {
  /** The cluster in the end, `nodeOf` and `gpusOf` of each pod; -1 and null where a pod was not admitted. */
  cluster: Cluster;
  /** GPU milli placed. */
  gpuMilli: number;
  /** Pods placed. */
  placed: number;
  bound: PackingBounds;
  /** Proven: no placement has more GPU milli, or as much with more pods. */
  optimal: boolean;
}

/**
 * Chooses which pods to admit and where, knowing the whole list: as many GPU milli as possible, then as many pods.
 * Gangs are placed whole or not at all and keep their required levels; preferred levels are followed where a gang is
 * placed by the search for gangs, not by the exact one.
 *
 * Small lists (16 pods or fewer) are solved by branch and bound, with a proof unless it grows too long; the others by
 * rounding the linear programme of the bound, then large-neighbourhood search. The same input and seed give the same
 * placement everywhere.
 *
 * @example
 * const { cluster, gpuMilli, bound } = packOffline(nodes, pods);
 * gpuMilli / bound.lp; // 0.99 or more on production lists
 */
export function packOffline(nodes: NodeTable, pods: PodTable, options: Partial<OfflineOptions> = {}): OfflinePacking {
  const { rounds, seed } = { ...DEFAULT_OFFLINE_OPTIONS, ...options };
  const all = Array.from({ length: pods.n }, (_, pod) => pod);
  const worth = Float64Array.from(all, (pod) => pods.gpus[pod] * pods.milli[pod]);
  const start = createCluster(nodes, pods);
  const bound = roomBounds(start, all);
  const { cluster, optimal } = packRoom(start, all, worth, { rounds, target: bound.lp, random: createRandom(seed) });
  const placed = all.filter((pod) => cluster.nodeOf[pod] >= 0);
  const gpuMilli = placed.reduce((sum, pod) => sum + worth[pod], 0);
  const everything = placed.length === pods.n;
  return { cluster, gpuMilli, placed: placed.length, bound, optimal: optimal || everything };
}
