import type { Cluster } from "../cluster.js";
import { gpuLeftOn, tightestGpu } from "../node-gpus.js";
import { LARGEST_CPU, LARGEST_GPU, type Policy } from "./policy.js";

const CPU_SQUARE = LARGEST_CPU * LARGEST_CPU;
const GPU_SQUARE = LARGEST_GPU * LARGEST_GPU;

/** `dotprod`: the node whose lefts are least aligned with what the pod asks for. */
export function dotProduct(cluster: Cluster): Policy {
  const { pods } = cluster;
  return {
    score(pod, node) {
      const cpu = cluster.cpuLeft[node] * pods.cpu[pod];
      const gpu = gpuLeftOn(cluster, node) * pods.gpus[pod] * pods.milli[pod];
      // 100 (1 − (cpu / 128000² + gpu / 8000²) / 2): exact, for 128000² is 256 times 8000².
      return Math.floor((200 * CPU_SQUARE - 100 * (cpu + (CPU_SQUARE / GPU_SQUARE) * gpu)) / (2 * CPU_SQUARE));
    },
    shareGpu: (pod, node) => tightestGpu(cluster, node, pods.milli[pod]),
  };
}
