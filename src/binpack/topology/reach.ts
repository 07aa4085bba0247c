import type { Cluster } from "../cluster.js";
import { disjoint, type GangShape } from "./gang-shape.js";
import type { Capacities } from "./node-capacity.js";
import { packNode } from "./pack-node.js";

/** Which parts of a gang (as states) some nodes can take together, and how. */
export interface Reach {
  /** By state: which of the nodes completed it, -1 for out of reach; nobody is always within reach. */
  readonly step: Int32Array;
  /** By state: the part that this node takes. */
  readonly part: Int32Array;
}

/** Finds which parts of the gang these nodes can take; stops early when `target` (default: the whole gang) is found. */
export type ReachOf = (nodes: ArrayLike<number>, target?: number) => Reach;

/**
 * Complete search for a gang whose states are few enough to list: node after node, which parts the nodes so far can
 * take. What a node can take does not depend on the others, and like pods are counted, not told apart, so that the work
 * grows with nodes × states² instead of with the number of assignments. Like nodes are looked at once.
 */
export function createReach(cluster: Cluster, shape: GangShape, capacities: Capacities): ReachOf {
  const known = new Map<string, readonly number[]>();
  const partsOf = (node: number): readonly number[] => {
    if (!capacities.some((copies) => copies[node] > 0)) return [];
    const key = nodeState(cluster, capacities, node);
    let parts = known.get(key);
    if (!parts) {
      parts = partsOn(cluster, shape, capacities, node);
      known.set(key, parts);
    }
    return parts;
  };
  return (nodes, target = shape.states - 1) => {
    const step = new Int32Array(shape.states).fill(-1);
    const part = new Int32Array(shape.states);
    step[0] = 0;
    const reached = [0];
    for (let k = 0; k < nodes.length && step[target] < 0; k++) {
      const parts = partsOf(nodes[k]);
      const before = reached.length;
      for (let r = 0; r < before; r++) {
        for (const taken of parts) {
          const state = reached[r] + taken;
          if (state >= shape.states || step[state] >= 0 || !disjoint(shape, reached[r], taken)) continue;
          step[state] = k;
          part[state] = taken;
          reached.push(state);
        }
      }
    }
    return { step, part };
  };
}

/** The part that each node takes so that together they take `state`, which must be within reach. */
export function tracePart(reach: Reach, nodes: ArrayLike<number>, state: number): { node: number; part: number }[] {
  const out: { node: number; part: number }[] = [];
  for (let open = state; open > 0; open -= reach.part[open]) {
    out.push({ node: nodes[reach.step[open]], part: reach.part[open] });
  }
  return out;
}

/** What decides which parts a node can take. */
function nodeState(cluster: Cluster, capacities: Capacities, node: number): string {
  const lefts = cluster.gpuLeft.slice(cluster.gpuStart[node], cluster.gpuStart[node + 1]).sort();
  const room = `${cluster.cpuLeft[node]},${cluster.memoryLeft[node]},${cluster.nicsLeft?.[node]}`;
  return `${room}|${lefts.join()}|${capacities.map((copies) => copies[node]).join()}`;
}

/** Every part of the gang, but nobody, that the node can take by itself. */
function partsOn(cluster: Cluster, shape: GangShape, capacities: Capacities, node: number): number[] {
  const kinds = shape.pods.length;
  const possible = new Uint8Array(shape.states);
  possible[0] = 1;
  const parts: number[] = [];
  for (let state = 1; state < shape.states; state++) {
    const counts = shape.digits.subarray(state * kinds, (state + 1) * kinds);
    let [used, allowed] = [0, true];
    for (let kind = 0; kind < kinds && allowed; kind++) {
      if (counts[kind] === 0) continue;
      used++;
      // What is too much stays too much with more pods.
      allowed = counts[kind] <= capacities[kind][node] && possible[state - shape.strides[kind]] === 1;
    }
    if (!allowed || (used > 1 && !packNode(cluster, shape, counts, node))) continue;
    possible[state] = 1;
    parts.push(state);
  }
  return parts;
}
