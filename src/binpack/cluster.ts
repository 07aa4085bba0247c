import type { NodeTable, PodTable } from "./types.js";

/**
 * A cluster as pods come and go: what is left of each node, and where each pod sits. All quantities are integers, so
 * that nothing drifts.
 */
export interface Cluster {
  readonly nodes: NodeTable;
  readonly pods: PodTable;
  /** CPU left on each node (thousandths of a core). */
  readonly cpuLeft: Int32Array;
  /** Memory left on each node (MiB). */
  readonly memoryLeft: Int32Array;
  /** NICs left on each node; undefined when no node names any. */
  readonly nicsLeft?: Int32Array;
  /** First GPU of each node in `gpuLeft`; one entry more than there are nodes. */
  readonly gpuStart: Int32Array;
  /** Thousandths left on each GPU. */
  readonly gpuLeft: Int32Array;
  /** Node of each pod, -1 while it has none. */
  readonly nodeOf: Int32Array;
  /** GPUs of each pod, counted from 0 on its node; null while it has none. */
  readonly gpusOf: (readonly number[] | null)[];
}

/** An empty cluster for these pods. */
export function createCluster(nodes: NodeTable, pods: PodTable): Cluster {
  const gpuStart = new Int32Array(nodes.n + 1);
  for (let k = 0; k < nodes.n; k++) gpuStart[k + 1] = gpuStart[k] + nodes.gpus[k];
  return {
    nodes,
    pods,
    cpuLeft: nodes.cpu.slice(),
    memoryLeft: nodes.memory.slice(),
    nicsLeft: nodes.nics && Int32Array.from(nodes.nics),
    gpuStart,
    gpuLeft: new Int32Array(gpuStart[nodes.n]).fill(1000),
    nodeOf: new Int32Array(pods.n).fill(-1),
    gpusOf: new Array(pods.n).fill(null),
  };
}

/** The same state once more, to be changed by itself. */
export function copyCluster(cluster: Cluster): Cluster {
  return {
    ...cluster,
    cpuLeft: cluster.cpuLeft.slice(),
    memoryLeft: cluster.memoryLeft.slice(),
    nicsLeft: cluster.nicsLeft?.slice(),
    gpuLeft: cluster.gpuLeft.slice(),
    nodeOf: cluster.nodeOf.slice(),
    gpusOf: [...cluster.gpusOf],
  };
}

/** Whether CPU, memory, NICs and GPUs of the node suffice for the pod now (models, taints and labels not asked). */
export function fits(cluster: Cluster, pod: number, node: number): boolean {
  const { pods } = cluster;
  if (cluster.cpuLeft[node] < pods.cpu[pod] || cluster.memoryLeft[node] < pods.memory[pod]) return false;
  if (pods.nics && (cluster.nicsLeft?.[node] ?? 0) < pods.nics[pod]) return false;
  const [wanted, milli] = [pods.gpus[pod], pods.milli[pod]];
  if (wanted === 0) return true;
  let found = 0;
  for (let g = cluster.gpuStart[node]; g < cluster.gpuStart[node + 1]; g++) {
    if (cluster.gpuLeft[g] >= milli && ++found === wanted) return true;
  }
  return false;
}

/** Puts the pod on these GPUs of the node (counted from 0 on it). */
export function occupy(cluster: Cluster, pod: number, node: number, gpus: readonly number[]): void {
  take(cluster, pod, node, gpus, 1);
  cluster.nodeOf[pod] = node;
  cluster.gpusOf[pod] = gpus;
}

/** Takes the pod off its node. */
export function vacate(cluster: Cluster, pod: number): void {
  take(cluster, pod, cluster.nodeOf[pod], cluster.gpusOf[pod] ?? [], -1);
  cluster.nodeOf[pod] = -1;
  cluster.gpusOf[pod] = null;
}

function take(cluster: Cluster, pod: number, node: number, gpus: readonly number[], sign: 1 | -1): void {
  const { pods } = cluster;
  cluster.cpuLeft[node] -= sign * pods.cpu[pod];
  cluster.memoryLeft[node] -= sign * pods.memory[pod];
  if (cluster.nicsLeft && pods.nics) cluster.nicsLeft[node] -= sign * pods.nics[pod];
  for (const g of gpus) cluster.gpuLeft[cluster.gpuStart[node] + g] -= sign * pods.milli[pod];
}
