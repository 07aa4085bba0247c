import type { Cluster } from "../cluster.js";
import { barredBy, createEligibility, ELIGIBLE } from "../constraints/eligibility.js";
import { commonDivisor } from "./best-fill.js";

/** Alike nodes and what is left on all of them together. */
export interface NodeKind {
  nodes: number[];
  cpu: number;
  memory: number;
  /** GPUs by what is left on them, in units of {@link Kinds.unit}: ascending sizes with their counts. */
  holes: { size: number; count: number }[];
  /** Set for a kind to be bought: the amounts are those of one node, and at most so many are to be had. */
  offer?: { price: number; most: number };
}

/** Alike pods; where they differ (see {@link gatherKinds}), `cpu` and `memory` are the least of theirs. */
export interface PodKind {
  pods: number[];
  cpu: number;
  memory: number;
  gpus: number;
  /** Per GPU, in units of {@link Kinds.unit}. */
  size: number;
  /** 1 for the node kinds that have a node which could take such a pod now. */
  allowed: Uint8Array;
}

export interface Kinds {
  /** Thousandths of a GPU in one unit: the greatest common divisor of what the pods ask. */
  unit: number;
  nodes: NodeKind[];
  pods: PodKind[];
}

/** Beyond these numbers of kinds, kinds are merged so that the linear programme stays small. */
const MOST_NODE_KINDS = 60;
const MOST_POD_KINDS = 420;
const MOST_HOLES = 24;

/** A node of the table that stands for as many of its kind as are bought. */
export interface NodeOffer {
  node: number;
  price: number;
  most: number;
}

/**
 * Groups nodes and pods into kinds, pooling what is left on the nodes of a kind. Every merger errs to the side of more
 * room and smaller pods, so that whatever can be placed in truth can be placed among the kinds: too many node kinds
 * are pooled by model, too many pod kinds have their CPU and memory rounded down to ever coarser steps.
 *
 * @param pods pods to place, by index
 * @param among nodes to use, by index; default all
 * @param offers nodes that may be bought, each a kind of its own
 */
export function gatherKinds(
  cluster: Cluster,
  pods: readonly number[],
  among?: readonly number[],
  offers: readonly NodeOffer[] = [],
): Kinds {
  const table = cluster.pods;
  const unit = commonDivisor(pods.filter((p) => table.gpus[p] > 0).map((p) => table.milli[p])) || 1000;
  const nodes = [
    ...groupNodes(cluster, among).map((members) => nodeKind(cluster, members, unit)),
    ...offers.map(({ node, price, most }) => ({ ...nodeKind(cluster, [node], unit), offer: { price, most } })),
  ];
  const eligibility = createEligibility(cluster.nodes, table);
  const kinds = groupPods(cluster, pods).map((members): PodKind => {
    const kind = {
      pods: members,
      cpu: Math.min(...members.map((p) => table.cpu[p])),
      memory: Math.min(...members.map((p) => table.memory[p])),
      gpus: table.gpus[members[0]],
      size: table.gpus[members[0]] > 0 ? table.milli[members[0]] / unit : 0,
    };
    const allowed = nodes.map((node) =>
      Number(
        node.nodes.some((k) => hasRoom(cluster, kind, unit, k) && barredBy(eligibility, members[0], k) === ELIGIBLE),
      ),
    );
    return { ...kind, allowed: Uint8Array.from(allowed) };
  });
  return { unit, nodes, pods: kinds.filter((kind) => kind.allowed.includes(1)) };
}

type Need = Pick<PodKind, "pods" | "cpu" | "memory" | "gpus" | "size">;

function hasRoom(cluster: Cluster, need: Need, unit: number, node: number): boolean {
  if (cluster.cpuLeft[node] < need.cpu || cluster.memoryLeft[node] < need.memory) return false;
  if ((cluster.nicsLeft?.[node] ?? 0) < (cluster.pods.nics?.[need.pods[0]] ?? 0)) return false;
  let missing = need.gpus;
  for (let g = cluster.gpuStart[node]; missing > 0 && g < cluster.gpuStart[node + 1]; g++) {
    if (cluster.gpuLeft[g] >= need.size * unit) missing--;
  }
  return missing === 0;
}

function nodeKind(cluster: Cluster, members: number[], unit: number): NodeKind {
  const left: number[] = [];
  for (const k of members) {
    for (let g = cluster.gpuStart[k]; g < cluster.gpuStart[k + 1]; g++)
      left.push(Math.floor(cluster.gpuLeft[g] / unit));
  }
  return {
    nodes: members,
    cpu: members.reduce((sum, k) => sum + cluster.cpuLeft[k], 0),
    memory: members.reduce((sum, k) => sum + cluster.memoryLeft[k], 0),
    holes: countHoles(left, Math.floor(1000 / unit)),
  };
}

/** Counts of equal holes; with too many sizes they are rounded up to fewer. */
function countHoles(left: number[], whole: number): NodeKind["holes"] {
  const coarse = new Set(left).size > MOST_HOLES;
  const step = coarse ? Math.ceil(whole / MOST_HOLES) : 1;
  const counts = new Map<number, number>();
  for (const size of left) {
    const rounded = Math.min(whole, Math.ceil(size / step) * step);
    if (rounded > 0) counts.set(rounded, (counts.get(rounded) ?? 0) + 1);
  }
  return [...counts].map(([size, count]) => ({ size, count })).sort((a, b) => a.size - b.size);
}

function groupNodes({ nodes }: Cluster, among?: readonly number[]): number[][] {
  const members = among ?? Array.from({ length: nodes.n }, (_, k) => k);
  const keys: ((k: number) => unknown)[] = [
    (k) => [
      nodes.gpus[k],
      nodes.model[k],
      nodes.cpu[k],
      nodes.memory[k],
      nodes.nics?.[k],
      nodes.labels?.[k],
      nodes.taints?.[k],
    ],
    (k) => [nodes.gpus[k], nodes.model[k], nodes.taints?.[k]],
    (k) => nodes.model[k],
    () => 0,
  ];
  return firstBelow(MOST_NODE_KINDS, keys, (key) => group(members, key));
}

function groupPods({ pods }: Cluster, listed: readonly number[]): number[][] {
  const keys = Array.from({ length: 12 }, (_, coarseness) => (p: number) => {
    const step = coarseness === 0 ? 1 : 250 * 2 ** coarseness;
    const needs = pods.gpus[p] > 0 ? [pods.gpus[p], pods.milli[p], pods.spec[p]] : [0];
    const room = [Math.floor(pods.cpu[p] / step), Math.floor(pods.memory[p] / step / (coarseness === 0 ? 1 : 4))];
    return [...needs, ...room, pods.nics?.[p], pods.nodeSelector?.[p], pods.tolerations?.[p]];
  });
  return firstBelow(MOST_POD_KINDS, keys, (key) => group(listed, key));
}

/** The first grouping with no more groups than wanted, else the last. */
function firstBelow<T>(most: number, keys: readonly T[], make: (key: T) => number[][]): number[][] {
  let groups: number[][] = [];
  for (const key of keys) {
    groups = make(key);
    if (groups.length <= most) break;
  }
  return groups;
}

function group(members: readonly number[], key: (index: number) => unknown): number[][] {
  const groups = new Map<string, number[]>();
  for (const member of members) {
    const text = JSON.stringify(key(member));
    const known = groups.get(text);
    if (known) known.push(member);
    else groups.set(text, [member]);
  }
  return [...groups.values()];
}
