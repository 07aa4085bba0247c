import { type Cluster, fits, occupy, vacate } from "../cluster.js";
import { barredBy, createEligibility, ELIGIBLE } from "../constraints/eligibility.js";
import { wholeGpus } from "../topology/whole-gpus.js";

/** Where a pod sits. */
export interface Place {
  pod: number;
  node: number;
  gpus: readonly number[];
}

/** A cluster that knows which pods sit on each node and moves them about. */
export interface Packing {
  readonly cluster: Cluster;
  /** Pods on each node. */
  readonly on: readonly number[][];
  /** Whether the pod may go to the node and fits it now. */
  admits(pod: number, node: number): boolean;
  /** Whether CPU, memory and NICs of the node suffice for all these pods together. */
  hasRoom(node: number, pods: readonly number[]): boolean;
  /** GPUs of the node with at least this much left. */
  holes(node: number, milli: number): number;
  /** Puts the pod on the node: a share into the tightest hole, whole GPUs near each other; the pod must fit. */
  place(pod: number, node: number): void;
  /** Puts the pods into one hole of this size (or the one pod on whole GPUs); false, and nothing done, if they do not fit. */
  placeTogether(pods: readonly number[], node: number, hole: number): boolean;
  /** Puts the pod on these GPUs of the node. */
  put(pod: number, node: number, gpus: readonly number[]): void;
  remove(pod: number): void;
  placeOf(pod: number): Place;
  /** Pods of the same shape fit in the same places. */
  shape(pod: number): string;
  /** Nodes of the same class look the same to models, taints and labels. */
  nodeClass(node: number): number;
}

/** A packing upon the cluster as it stands, which it changes. */
export function createPacking(cluster: Cluster): Packing {
  const { pods, gpuStart, gpuLeft } = cluster;
  const eligibility = createEligibility(cluster.nodes, pods);
  const eligible = (pod: number, node: number) => barredBy(eligibility, pod, node) === ELIGIBLE;
  const on: number[][] = Array.from({ length: cluster.nodes.n }, () => []);
  cluster.nodeOf.forEach((node, pod) => {
    if (node >= 0) on[node].push(pod);
  });

  const put = (pod: number, node: number, gpus: readonly number[]) => {
    occupy(cluster, pod, node, gpus);
    on[node].push(pod);
  };
  const remove = (pod: number) => {
    const there = on[cluster.nodeOf[pod]];
    there.splice(there.indexOf(pod), 1);
    vacate(cluster, pod);
  };
  /** The tightest hole of at least this size, or -1. */
  const tightest = (node: number, milli: number): number => {
    let best = -1;
    for (let g = gpuStart[node]; g < gpuStart[node + 1]; g++) {
      if (gpuLeft[g] >= milli && (best < 0 || gpuLeft[g] < gpuLeft[best])) best = g;
    }
    return best < 0 ? -1 : best - gpuStart[node];
  };
  const place = (pod: number, node: number) => {
    if (pods.gpus[pod] === 0) put(pod, node, []);
    else if (pods.gpus[pod] === 1) put(pod, node, [tightest(node, pods.milli[pod])]);
    else put(pod, node, wholeGpus(cluster, node, pods.gpus[pod]) ?? []);
  };

  return {
    cluster,
    on,
    put,
    remove,
    place,
    nodeClass: (node) => eligibility.nodeClassOf[node],
    placeOf: (pod) => ({ pod, node: cluster.nodeOf[pod], gpus: cluster.gpusOf[pod] ?? [] }),
    shape: (pod) => `${eligibility.classOf[pod]} ${pods.cpu[pod]} ${pods.memory[pod]} ${pods.milli[pod]}`,
    admits: (pod, node) => fits(cluster, pod, node) && eligible(pod, node),
    hasRoom(node, list) {
      let [cpu, memory, nics] = [0, 0, 0];
      for (const pod of list) {
        cpu += pods.cpu[pod];
        memory += pods.memory[pod];
        nics += pods.nics?.[pod] ?? 0;
      }
      return (
        cluster.cpuLeft[node] >= cpu && cluster.memoryLeft[node] >= memory && (cluster.nicsLeft?.[node] ?? 0) >= nics
      );
    },
    holes(node, milli) {
      let count = 0;
      for (let g = gpuStart[node]; g < gpuStart[node + 1]; g++) if (gpuLeft[g] >= milli) count++;
      return count;
    },
    placeTogether(list, node, hole) {
      const single = list.length === 1 && pods.gpus[list[0]] !== 1;
      const gpu = single ? -1 : tightest(node, hole);
      const done: number[] = [];
      for (const pod of list) {
        if (!eligible(pod, node) || !fits(cluster, pod, node)) break;
        if (single) place(pod, node);
        else if (gpu >= 0 && gpuLeft[gpuStart[node] + gpu] >= pods.milli[pod]) put(pod, node, [gpu]);
        else break;
        done.push(pod);
      }
      if (done.length === list.length) return true;
      for (const pod of done) remove(pod);
      return false;
    },
  };
}
