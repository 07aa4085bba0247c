import type { Random } from "../../core/random.js";
import type { Cluster } from "../cluster.js";
import type { Policy } from "./policy.js";

/** `random`: any node that the pod fits, any GPU that the share fits. */
export function randomNode(cluster: Cluster, random: Random): Policy {
  const { pods } = cluster;
  return {
    score: () => 0,
    pick: (feasible) => feasible[random.int(feasible.length)],
    shareGpu(pod, node) {
      const start = cluster.gpuStart[node];
      const fitting: number[] = [];
      for (let g = start; g < cluster.gpuStart[node + 1]; g++) {
        if (cluster.gpuLeft[g] >= pods.milli[pod]) fitting.push(g - start);
      }
      return fitting[random.int(fitting.length)];
    },
  };
}
