import type { Random } from "../../core/random.js";
import { type Cluster, copyCluster } from "../cluster.js";
import { createEligibility } from "../constraints/eligibility.js";
import { createTopology } from "../topology/domains.js";
import { placeGang } from "../topology/place-gang.js";
import { placeExactly } from "./branch-and-bound.js";
import { tightestNode } from "./fill.js";
import { createPacking } from "./packing.js";
import { searchPlacement } from "./search.js";
import { isLoose, type Unit, unitsOf } from "./units.js";

/** Lists up to this size are tried by branch and bound. */
const MOST_EXACT_PODS = 16;
const MOST_EXACT_NODES = 16;
const MOST_EXACT_STEPS = 400_000;

/** What {@link packRoom} reached. */
export interface RoomPacking {
  cluster: Cluster;
  /** Proven: nothing is worth more, or as much with more pods. */
  optimal: boolean;
}

/** How long to search, and the worth at which to stop. */
export interface SearchOptions {
  rounds: number;
  target: number;
  random: Random;
}

/**
 * Places pods upon what is left of a cluster so that the most worth is placed, then the most pods. What is placed
 * already stays; the cluster given is not changed.
 *
 * @param pods pods without a place, in ascending order
 * @param worth of each pod of the table
 */
export function packRoom(
  start: Cluster,
  pods: readonly number[],
  worth: Float64Array,
  options: SearchOptions,
): RoomPacking {
  const units = unitsOf(start.pods, pods);
  const exact =
    pods.length <= MOST_EXACT_PODS && start.nodes.n <= MOST_EXACT_NODES ? exactly(start, units, worth) : null;
  if (exact?.optimal) return exact;
  const gangs = units.filter((unit) => !isLoose(unit));
  const loose = units.filter(isLoose).flatMap((unit) => unit.pods);
  // Gangs need room that single pods break up; where they are a poor use of it, the single pods go first.
  const tries = [searchWithGangs(start, gangs, loose, worth, options, true)];
  if (gangs.length > 0 && loose.length > 0) tries.push(searchWithGangs(start, gangs, loose, worth, options, false));
  if (exact) tries.push(exact.cluster);
  const best = tries.map((cluster) => scored(cluster, pods, worth)).reduce((a, b) => (better(b, a) ? b : a));
  return { cluster: best.cluster, optimal: false };
}

function exactly(start: Cluster, units: readonly Unit[], worth: Float64Array): RoomPacking {
  const cluster = copyCluster(start);
  const packing = createPacking(cluster);
  const { places, proven } = placeExactly(packing, createTopology(cluster.nodes), units, worth, MOST_EXACT_STEPS);
  for (const { pod, node, gpus } of places) packing.put(pod, node, gpus);
  return { cluster, optimal: proven };
}

function searchWithGangs(
  start: Cluster,
  gangs: readonly Unit[],
  loose: readonly number[],
  worth: Float64Array,
  options: SearchOptions,
  gangsFirst: boolean,
): Cluster {
  const cluster = copyCluster(start);
  const packing = createPacking(cluster);
  if (gangsFirst) placeGangs();
  if (loose.length > 0) searchPlacement(packing, loose, worth, options);
  if (!gangsFirst) placeGangs();
  return cluster;

  function placeGangs(): void {
    if (gangs.length === 0) return;
    const topology = createTopology(cluster.nodes);
    const eligibility = createEligibility(cluster.nodes, cluster.pods);
    const placer = {
      choose: (pod: number, candidates: Int32Array) => tightestNode(packing, pod, candidates),
      place: (pod: number, node: number, gpus?: readonly number[]) =>
        gpus ? packing.put(pod, node, gpus) : packing.place(pod, node),
      remove: packing.remove,
    };
    const total = ({ pods }: Unit) => pods.reduce((sum, pod) => sum + worth[pod], 0);
    for (const { pods } of [...gangs].sort((a, b) => total(b) - total(a) || a.pods[0] - b.pods[0])) {
      placeGang(cluster, topology, eligibility, pods, placer);
    }
  }
}

interface Scored {
  cluster: Cluster;
  worth: number;
  placed: number;
}

function scored(cluster: Cluster, pods: readonly number[], worth: Float64Array): Scored {
  const placed = pods.filter((pod) => cluster.nodeOf[pod] >= 0);
  return { cluster, worth: placed.reduce((sum, pod) => sum + worth[pod], 0), placed: placed.length };
}

const better = (a: Scored, b: Scored) => a.worth > b.worth || (a.worth === b.worth && a.placed > b.placed);
