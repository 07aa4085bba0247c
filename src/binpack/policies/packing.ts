import type { Cluster } from "../cluster.js";
import { freeGpusOn, tightestGpu } from "../node-gpus.js";
import type { Policy } from "./policy.js";

/** `packing`: GPUs in use before free GPUs of nodes in use, before free nodes. */
export function packing(cluster: Cluster): Policy {
  const { pods } = cluster;
  return {
    score(pod, node) {
      if (pods.gpus[pod] === 0) return 0;
      const free = freeGpusOn(cluster, node);
      if (free === cluster.nodes.gpus[node]) return Math.max(33 - free, free);
      const milli = pods.milli[pod];
      if (milli === 1000) return Math.max(50 - pods.gpus[pod], 33);
      const left = cluster.gpuLeft[cluster.gpuStart[node] + tightestGpu(cluster, node, milli)];
      if (left === 1000) return 49;
      return 100 - Math.floor(left / 100);
    },
    shareGpu: (pod, node) => tightestGpu(cluster, node, pods.milli[pod]),
  };
}
