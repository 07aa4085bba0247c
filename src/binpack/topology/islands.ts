import type { Cluster } from "../cluster.js";
import type { NodeTable } from "../types.js";
import { type GpuRange, wholeGpus } from "./whole-gpus.js";

/** The NVLink islands of a node; one, perhaps without GPUs, where it names none. */
export function islandsOf(nodes: NodeTable, node: number): GpuRange[] {
  const gpus = nodes.gpus[node];
  const size = nodes.nvlink?.[node] || gpus;
  const out: GpuRange[] = [];
  for (let first = 0; first < gpus; first += size) out.push({ first, end: Math.min(gpus, first + size) });
  return out.length > 0 ? out : [{ first: 0, end: 0 }];
}

/** Whether one island of the node has whole GPUs enough for the pod now. */
export function hasIsland(cluster: Cluster, pod: number, node: number): boolean {
  return islandsOf(cluster.nodes, node).some((island) => wholeGpus(cluster, node, cluster.pods.gpus[pod], island));
}
