import type { Cluster } from "../cluster.js";
import { gpuLeftOn, tightestGpu } from "../node-gpus.js";
import { LARGEST_GPU, type Policy } from "./policy.js";

/** `clustering`: nodes that host pods of the same GPU class (a share, 1 GPU, 2 GPUs, …), the fuller first. */
export function clustering(cluster: Cluster): Policy {
  const { pods } = cluster;
  const hosted = cluster.nodes.name.map(() => new Map<number, number>());
  const classOf = (pod: number) => (pods.milli[pod] < 1000 ? 0 : pods.gpus[pod]);
  return {
    score(pod, node) {
      if (pods.gpus[pod] === 0) return 0;
      const base = Math.floor((25 * (LARGEST_GPU - gpuLeftOn(cluster, node))) / LARGEST_GPU);
      const classes = hosted[node];
      if (classes.size === 0) return base + 25;
      if (!classes.has(classOf(pod))) return base;
      return base + (classes.size === 1 ? 75 : 50);
    },
    shareGpu: (pod, node) => tightestGpu(cluster, node, pods.milli[pod]),
    moved(pod, node, sign) {
      if (pods.gpus[pod] === 0) return;
      const own = classOf(pod);
      const count = (hosted[node].get(own) ?? 0) + sign;
      if (count > 0) hosted[node].set(own, count);
      else hosted[node].delete(own);
    },
  };
}
