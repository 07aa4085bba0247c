import type { Random } from "../../core/random.js";
import { fill } from "./fill.js";
import type { Packing } from "./packing.js";
import { placePatterns } from "./round-patterns.js";

/** Shares of CPU and memory that the programme may plan with, tried in turn: held back, it rounds better. */
const SHARES = [0.97, 0.94, 1, 0.96, 0.92, 0.98] as const;
/** Whole rebuilds before the search turns to neighbourhoods. */
const REBUILDS = 3;
/** Nodes with waste in one neighbourhood at most. */
const MOST_WASTEFUL = 250;

/**
 * Large-neighbourhood search (Shaw 1998): first fills all nodes at several settings, then again and again empties some
 * nodes that waste GPU together with as many others of chance and fills them anew, by the programme and then by
 * {@link fill}; keeps what is no worse. Stops at worth `target`, or when all are placed.
 *
 * @param pods pods that it may place and move, by index; what else lies on the nodes stays
 * @param worth of each pod of the table; among equal worth, more pods are better
 * @returns worth placed
 */
export function searchPlacement(
  packing: Packing,
  pods: readonly number[],
  worth: Float64Array,
  { rounds, target, random }: { rounds: number; target: number; random: Random },
): number {
  const all = Array.from({ length: packing.cluster.nodes.n }, (_, node) => node);
  const movable = new Set(pods);
  let total = scoreOf(packing, pods, worth).worth;
  for (let round = 0; round < rounds && (round < REBUILDS || total < target); round++) {
    if (pods.every((pod) => packing.cluster.nodeOf[pod] >= 0)) break;
    const nodes = round < REBUILDS ? all : neighbourhood(packing, all, random);
    const there = () => nodes.flatMap((node) => packing.on[node].filter((pod) => movable.has(pod)));
    const before = there().map((pod) => packing.placeOf(pod));
    const score = scoreOf(packing, there(), worth);
    for (const { pod } of before) packing.remove(pod);
    placeAnew(packing, pods, worth, nodes, SHARES[round % SHARES.length]);
    const reached = scoreOf(packing, there(), worth);
    if (reached.worth < score.worth || (reached.worth === score.worth && reached.pods < score.pods)) {
      for (const pod of there()) packing.remove(pod);
      for (const { pod, node, gpus } of before) packing.put(pod, node, gpus);
    } else total += reached.worth - score.worth;
  }
  return total;
}

function placeAnew(
  packing: Packing,
  pods: readonly number[],
  worth: Float64Array,
  nodes: readonly number[],
  share: number,
) {
  const waiting = () => pods.filter((pod) => packing.cluster.nodeOf[pod] < 0);
  placePatterns(
    packing,
    waiting().filter((pod) => worth[pod] > 0),
    worth,
    nodes,
    share,
  );
  fill(packing, waiting(), worth, nodes);
}

function scoreOf({ cluster }: Packing, pods: readonly number[], worth: Float64Array): { worth: number; pods: number } {
  const placed = pods.filter((pod) => cluster.nodeOf[pod] >= 0);
  return { worth: placed.reduce((sum, pod) => sum + worth[pod], 0), pods: placed.length };
}

/** Some of the nodes with GPU left, and as many of the others. */
function neighbourhood({ cluster }: Packing, all: readonly number[], random: Random): number[] {
  const { gpuStart, gpuLeft } = cluster;
  const wastes = (node: number) => gpuLeft.subarray(gpuStart[node], gpuStart[node + 1]).some((left) => left > 0);
  // A part of a small cluster too: what is emptied whole is filled the same way again.
  const most = Math.min(MOST_WASTEFUL, Math.ceil(all.length / 3));
  const wasteful = sample(all.filter(wastes), most, random);
  const others = all.filter((node) => !wastes(node));
  return [...wasteful, ...sample(others, wasteful.length || most, random)].sort((a, b) => a - b);
}

/** At most so many of the list, in the order in which they are drawn. */
function sample(list: number[], most: number, random: Random): number[] {
  const count = Math.min(list.length, most);
  for (let k = 0; k < count; k++) {
    const swap = k + random.int(list.length - k);
    [list[k], list[swap]] = [list[swap], list[k]];
  }
  return list.slice(0, count);
}
