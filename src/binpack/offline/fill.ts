import type { Packing } from "./packing.js";

/**
 * Places what still fits, pod by pod, the pods of most worth first and among equals those of least needs, each on the
 * admitting node with the least CPU left. Pods alike to one that fitted nowhere are not tried again.
 *
 * @param pods pods without a place, by index
 * @param worth of each pod of the table
 * @param nodes nodes to use, by index
 */
export function fill(packing: Packing, pods: readonly number[], worth: Float64Array, nodes: readonly number[]): void {
  const { cpu, memory } = packing.cluster.pods;
  const order = [...pods].sort((a, b) => worth[b] - worth[a] || cpu[a] - cpu[b] || memory[a] - memory[b] || a - b);
  const failed = new Set<string>();
  for (const pod of order) {
    const shape = packing.shape(pod);
    if (failed.has(shape)) continue;
    const node = tightestNode(packing, pod, nodes);
    if (node < 0) failed.add(shape);
    else packing.place(pod, node);
  }
}

/** The admitting node with the least CPU left, or -1. */
export function tightestNode({ cluster, admits }: Packing, pod: number, nodes: Iterable<number>): number {
  let [best, least] = [-1, Infinity];
  for (const node of nodes) {
    if (cluster.cpuLeft[node] < least && admits(pod, node)) [best, least] = [node, cluster.cpuLeft[node]];
  }
  return best;
}
