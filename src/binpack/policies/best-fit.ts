import type { Cluster } from "../cluster.js";
import { gpuLeftOn, tightestGpu } from "../node-gpus.js";
import { LARGEST_CPU, LARGEST_GPU, type Policy } from "./policy.js";

/** `bestfit`: the node with the least CPU and GPU left after the pod, each weighing one half. */
export function bestFit(cluster: Cluster): Policy {
  const { pods } = cluster;
  return {
    score(pod, node) {
      const cpu = cluster.cpuLeft[node] - pods.cpu[pod];
      const gpu = gpuLeftOn(cluster, node) - pods.gpus[pod] * pods.milli[pod];
      // 100 (1 − cpu / 256000 − gpu / 16000), its floor in whole numbers.
      return Math.floor(
        (200 * LARGEST_CPU - 100 * cpu - ((100 * LARGEST_CPU) / LARGEST_GPU) * gpu) / (2 * LARGEST_CPU),
      );
    },
    shareGpu: (pod, node) => tightestGpu(cluster, node, pods.milli[pod]),
  };
}
