import { type Cluster, copyCluster, occupy, vacate } from "../cluster.js";
import { createEligibility, type Eligibility } from "../constraints/eligibility.js";
import { freeGpusOn, gpuLeftOn, tightestGpu } from "../node-gpus.js";
import { createTopology, type Topology } from "../topology/domains.js";
import { gangOf } from "../topology/gang-of.js";
import { wholeGpus } from "../topology/whole-gpus.js";
import type { Placer } from "../types.js";

/** Where a pod is: GPUs are counted from 0 on the node. */
export interface Place {
  node: number;
  gpus: number[];
}

/** A pod of its own, or all pods of a gang: what moves together. */
export type Unit = readonly number[];

/** A unit that moves, and where each of its pods goes. */
export interface Step {
  unit: Unit;
  to: Place[];
}

/** A copy of the cluster on which moves are tried and taken back. */
export interface Bench {
  readonly eligibility: Eligibility;
  readonly topology: Topology;
  /** With the moves so far, and with the pending pods for which there is room then. */
  readonly work: Cluster;
  /** With the moves so far only: what the cluster will look like before any pending pod starts. */
  readonly real: Cluster;
  /** Pods on each node of `work`. */
  readonly podsOn: readonly Set<number>[];
  /** Whether the pod is one of the pending. */
  readonly isPending: Uint8Array;
  /** Pods that ask for the same, levels and zone of data included, have the same number. */
  readonly kindOf: Int32Array;
  /** Puts pods where they leave the least behind. */
  readonly placer: Placer;
  /** Every change of `work`: the pod and where it was before, null for nowhere. */
  readonly journal: { pod: number; was: Place | null }[];
}

export function createBench(cluster: Cluster, pending: readonly number[]): Bench {
  const work = copyCluster(cluster);
  const podsOn = Array.from({ length: cluster.nodes.n }, () => new Set<number>());
  cluster.nodeOf.forEach((node, pod) => {
    if (node >= 0) podsOn[node].add(pod);
  });
  const isPending = new Uint8Array(cluster.pods.n);
  for (const pod of pending) isPending[pod] = 1;
  const eligibility = createEligibility(cluster.nodes, cluster.pods);
  const journal: Bench["journal"] = [];
  const placer: Placer = {
    choose: (pod, candidates) => tightestNode(work, pod, candidates),
    place(pod, node, gpus) {
      journal.push({ pod, was: null });
      put(work, podsOn, pod, { node, gpus: [...(gpus ?? tightestGpus(work, pod, node))] });
    },
    remove(pod) {
      journal.push({ pod, was: placeOf(work, pod) });
      lift(work, podsOn, pod);
    },
  };
  return {
    eligibility,
    topology: createTopology(cluster.nodes),
    work,
    real: copyCluster(cluster),
    podsOn,
    isPending,
    kindOf: kindsOf(cluster, eligibility),
    placer,
    journal,
  };
}

function kindsOf({ pods }: Cluster, eligibility: Eligibility): Int32Array {
  const known = new Map<string, number>();
  return Int32Array.from({ length: pods.n }, (_, pod) => {
    const sizes = [pods.cpu[pod], pods.memory[pod], pods.gpus[pod], pods.milli[pod], pods.nics?.[pod]];
    const wishes = [pods.requiredLevel?.[pod], pods.preferredLevel?.[pod], pods.dataZone?.[pod]];
    const key = JSON.stringify([...sizes, ...wishes, eligibility.classOf[pod]]);
    const kind = known.get(key) ?? known.size;
    known.set(key, kind);
    return kind;
  });
}

/** Takes back every change of `work` behind this length of the journal. */
export function rollback({ work, podsOn, journal }: Bench, length: number): void {
  while (journal.length > length) {
    const { pod, was } = journal.pop() as Bench["journal"][number];
    if (was) put(work, podsOn, pod, was);
    else lift(work, podsOn, pod);
  }
}

/** What a pod of `work` moves with: its gang as far as it has places. */
export function unitOf({ work }: Bench, pod: number): Unit {
  if (!work.pods.group?.[pod]) return [pod];
  return gangOf(work.pods, pod).filter((mate) => work.nodeOf[mate] >= 0);
}

export function placeOf(cluster: Cluster, pod: number): Place {
  return { node: cluster.nodeOf[pod], gpus: [...(cluster.gpusOf[pod] ?? [])] };
}

export function milliOf({ pods }: Cluster, unit: Unit): number {
  return unit.reduce((sum, pod) => sum + pods.gpus[pod] * pods.milli[pod], 0);
}

function put(cluster: Cluster, podsOn: Bench["podsOn"], pod: number, { node, gpus }: Place): void {
  occupy(cluster, pod, node, gpus);
  podsOn[node].add(pod);
}

function lift(cluster: Cluster, podsOn: Bench["podsOn"], pod: number): void {
  podsOn[cluster.nodeOf[pod]].delete(pod);
  vacate(cluster, pod);
}

/** The candidate where the pod leaves the least behind: by the GPU it takes, then by all that is left on the node. */
function tightestNode(cluster: Cluster, pod: number, candidates: Int32Array): number {
  const { pods, cpuLeft, gpuStart, gpuLeft } = cluster;
  const [gpus, milli] = [pods.gpus[pod], pods.milli[pod]];
  let [best, least, leastSum] = [-1, 0, 0];
  for (const node of candidates) {
    if (cpuLeft[node] < pods.cpu[pod] || cluster.memoryLeft[node] < pods.memory[pod]) continue;
    if ((cluster.nicsLeft?.[node] ?? 0) < (pods.nics?.[pod] ?? 0)) continue;
    let left = 0;
    if (gpus === 0) left = cluster.nodes.gpus[node] === 0 ? 0 : gpuLeftOn(cluster, node) + 1;
    else if (milli < 1000) {
      const g = tightestGpu(cluster, node, milli);
      if (g < 0) continue;
      left = gpuLeft[gpuStart[node] + g];
    } else {
      left = freeGpusOn(cluster, node);
      if (left < gpus) continue;
    }
    const sum = gpus === 0 ? cpuLeft[node] : gpuLeftOn(cluster, node);
    if (best >= 0 && (left > least || (left === least && sum >= leastSum))) continue;
    [best, least, leastSum] = [node, left, sum];
  }
  return best;
}

function tightestGpus(cluster: Cluster, pod: number, node: number): number[] {
  const { gpus, milli } = cluster.pods;
  if (gpus[pod] === 0) return [];
  return milli[pod] < 1000 ? [tightestGpu(cluster, node, milli[pod])] : (wholeGpus(cluster, node, gpus[pod]) ?? []);
}

export function allNodes({ work }: Bench): Int32Array {
  return Int32Array.from({ length: work.nodes.n }, (_, node) => node);
}
