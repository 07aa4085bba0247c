import type { Cluster } from "../cluster.js";

/** Some of a node's GPUs, `[first, end)`, counted from 0 on it. */
export interface GpuRange {
  first: number;
  end: number;
}

/**
 * `wanted` whole GPUs of the node, ascending, counted from 0 on it; null when too few are free. GPUs of one NVLink island
 * when one has enough (the one with the fewest free), else of as few islands as possible; inside an island the same by
 * NUMA node. The lowest free ones where the node has neither.
 *
 * @param within only these GPUs of the node; all by default
 */
export function wholeGpus(cluster: Cluster, node: number, wanted: number, within?: GpuRange): number[] | null {
  const { nodes, gpuStart, gpuLeft } = cluster;
  const start = gpuStart[node];
  const free: number[] = [];
  for (let g = within?.first ?? 0; g < (within?.end ?? nodes.gpus[node]); g++) {
    if (gpuLeft[start + g] === 1000) free.push(g);
  }
  if (free.length < wanted) return null;
  const sizes = [nodes.nvlink?.[node] ?? 0, nodes.numa?.[node] ?? 0].filter((size) => size > 0);
  return near(free, wanted, sizes).sort((a, b) => a - b);
}

/** `wanted` of the free GPUs from as few groups of the first size as possible, in each the same by the next size. */
function near(free: number[], wanted: number, sizes: number[]): number[] {
  if (sizes.length === 0 || wanted === 0) return free.slice(0, wanted);
  const [size, ...narrower] = sizes;
  const groups = new Map<number, number[]>();
  for (const g of free) {
    const group = Math.floor(g / size);
    const members = groups.get(group);
    if (members) members.push(g);
    else groups.set(group, [g]);
  }
  const rest = [...groups.values()].sort((a, b) => b.length - a.length || a[0] - b[0]);
  const chosen: number[] = [];
  while (chosen.length < wanted) {
    const missing = wanted - chosen.length;
    // Whole groups while none is enough; then the smallest that is, which leaves the larger ones whole.
    const least = rest.reduce((best, group) => (group.length >= missing ? Math.min(best, group.length) : best), 1e9);
    const at = Math.max(
      0,
      rest.findIndex((group) => group.length === least),
    );
    const [group] = rest.splice(at, 1);
    chosen.push(...near(group, Math.min(missing, group.length), narrower));
  }
  return chosen;
}
