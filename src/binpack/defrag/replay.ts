import { type Cluster, fits, occupy, vacate } from "../cluster.js";
import { type Place, placeOf, type Step } from "./bench.js";

/** One pod that moves. */
export interface Move {
  pod: number;
  from: Place;
  to: Place;
}

/**
 * Carries out steps on a cluster, one pod after another, so that no state on the way exceeds any capacity: in the order
 * given, or else in any order found by taking whichever step can go next. Pods that already are where they go stay.
 *
 * @returns the moves of each step in their order; null, and the cluster as it was, when no order was found
 */
export function replay(cluster: Cluster, steps: readonly Step[]): Move[][] | null {
  const open = [...steps];
  const done: Move[][] = [];
  while (open.length > 0) {
    let moves: Move[] | null = null;
    const at = open.findIndex((step) => {
      moves = carryOut(cluster, step);
      return moves !== null;
    });
    if (at < 0 || !moves) {
      for (const move of done.flat().reverse()) moveTo(cluster, move.pod, move.from);
      return null;
    }
    open.splice(at, 1);
    done.push(moves);
  }
  return done.filter((moves) => moves.length > 0);
}

/** The moves of one step in an order that works, or null. */
function carryOut(cluster: Cluster, { unit, to }: Step): Move[] | null {
  const open = unit.map((pod, k) => ({ pod, from: placeOf(cluster, pod), to: to[k] })).filter((move) => !same(move));
  const done: Move[] = [];
  while (open.length > 0) {
    const at = open.findIndex((move) => tryMove(cluster, move));
    if (at < 0) {
      for (const move of done.reverse()) moveTo(cluster, move.pod, move.from);
      return null;
    }
    done.push(...open.splice(at, 1));
  }
  return done;
}

function tryMove(cluster: Cluster, { pod, from, to }: Move): boolean {
  vacate(cluster, pod);
  const start = cluster.gpuStart[to.node];
  const free = to.gpus.every((g) => cluster.gpuLeft[start + g] >= cluster.pods.milli[pod]);
  const goes = free && fits(cluster, pod, to.node);
  const { node, gpus } = goes ? to : from;
  occupy(cluster, pod, node, gpus);
  return goes;
}

function moveTo(cluster: Cluster, pod: number, { node, gpus }: Place): void {
  vacate(cluster, pod);
  occupy(cluster, pod, node, gpus);
}

function same({ from, to }: Move): boolean {
  return from.node === to.node && from.gpus.join() === to.gpus.join();
}
