import type { Cluster } from "./cluster.js";

/** Thousandths left on all GPUs of the node. */
export function gpuLeftOn(cluster: Cluster, node: number): number {
  let left = 0;
  for (let g = cluster.gpuStart[node]; g < cluster.gpuStart[node + 1]; g++) left += cluster.gpuLeft[g];
  return left;
}

/** GPUs of the node that nothing runs on. */
export function freeGpusOn(cluster: Cluster, node: number): number {
  let free = 0;
  for (let g = cluster.gpuStart[node]; g < cluster.gpuStart[node + 1]; g++) if (cluster.gpuLeft[g] === 1000) free++;
  return free;
}

/** The GPU of the node with the least left that still holds the share, the lowest index at ties; -1 for none. */
export function tightestGpu(cluster: Cluster, node: number, milli: number): number {
  const start = cluster.gpuStart[node];
  let best = -1;
  for (let g = start; g < cluster.gpuStart[node + 1]; g++) {
    const left = cluster.gpuLeft[g];
    if (left >= milli && (best < 0 || left < cluster.gpuLeft[best])) best = g;
  }
  return best < 0 ? -1 : best - start;
}
