import { type Cluster, copyCluster, fits, occupy, vacate } from "../cluster.js";
import { barredBy, createEligibility, ELIGIBLE, type Eligibility } from "../constraints/eligibility.js";
import { wholeGpus } from "../topology/whole-gpus.js";
import { type Place, placeOf } from "./bench.js";
import type { Move } from "./replay.js";

/** Most sequences of moves that are gone through. */
const MOST_SEQUENCES = 20_000;

/** Whether every sequence of so many moves can be tried: few pods of their own on few nodes. */
export function isTiny(cluster: Cluster, migrations: number): boolean {
  const { pods, nodes } = cluster;
  const placed = [...cluster.nodeOf.keys()].filter((pod) => cluster.nodeOf[pod] >= 0);
  const free = (pod: number) =>
    !pods.group?.[pod] && !pods.requiredLevel?.[pod] && !pods.preferredLevel?.[pod] && !pods.dataZone?.[pod];
  if (!placed.every(free)) return false;
  const places = nodes.n + nodes.gpus.reduce((sum, gpus) => sum + gpus, 0);
  return (placed.length * places) ** migrations <= MOST_SEQUENCES;
}

/**
 * Goes through every sequence of at most so many moves of single pods, each feasible when its turn comes.
 *
 * @param worth what a state of the cluster is worth; the first state with the most, by number of moves, is the answer
 */
export function searchTiny(cluster: Cluster, migrations: number, worth: (state: Cluster) => number): Move[] {
  const eligibility = createEligibility(cluster.nodes, cluster.pods);
  const work = copyCluster(cluster);
  const seen = new Set([keyOf(work)]);
  let best = { worth: worth(work), moves: [] as Move[] };
  let front: Move[][] = [[]];
  for (let made = 0; made < migrations; made++) {
    const next: Move[][] = [];
    for (const moves of front) {
      for (const { pod, to } of moves) go(work, pod, to);
      for (const move of movesFrom(work, eligibility)) {
        go(work, move.pod, move.to);
        const key = keyOf(work);
        if (!seen.has(key)) {
          seen.add(key);
          next.push([...moves, move]);
          const value = worth(work);
          if (value > best.worth) best = { worth: value, moves: [...moves, move] };
        }
        go(work, move.pod, move.from);
      }
      for (const { pod, from } of [...moves].reverse()) go(work, pod, from);
    }
    front = next;
  }
  return best.moves;
}

function movesFrom(work: Cluster, eligibility: Eligibility): Move[] {
  const moves: Move[] = [];
  for (let pod = 0; pod < work.pods.n; pod++) {
    if (work.nodeOf[pod] < 0) continue;
    const from = placeOf(work, pod);
    vacate(work, pod);
    for (let node = 0; node < work.nodes.n; node++) {
      if (barredBy(eligibility, pod, node) !== ELIGIBLE || !fits(work, pod, node)) continue;
      for (const gpus of choices(work, pod, node)) {
        if (node !== from.node || gpus.join() !== from.gpus.join()) moves.push({ pod, from, to: { node, gpus } });
      }
    }
    occupy(work, pod, from.node, from.gpus);
  }
  return moves;
}

/** Every GPU for a share; free GPUs of a node are all the same to a pod that takes whole ones. */
function choices(work: Cluster, pod: number, node: number): number[][] {
  const { gpus, milli } = work.pods;
  if (gpus[pod] === 0) return [[]];
  if (milli[pod] === 1000) return [wholeGpus(work, node, gpus[pod]) ?? []];
  const start = work.gpuStart[node];
  const able: number[][] = [];
  for (let g = start; g < work.gpuStart[node + 1]; g++) if (work.gpuLeft[g] >= milli[pod]) able.push([g - start]);
  return able;
}

function go(work: Cluster, pod: number, { node, gpus }: Place): void {
  vacate(work, pod);
  occupy(work, pod, node, gpus);
}

function keyOf({ nodeOf, gpusOf }: Cluster): string {
  return `${nodeOf.join()}|${gpusOf.map((gpus) => gpus?.join("+")).join()}`;
}
