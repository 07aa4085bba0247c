import type { Cluster } from "../cluster.js";
import type { GangShape } from "./gang-shape.js";
import type { GpuRange } from "./whole-gpus.js";

/** Steps of the search for GPUs on one node, for gangs too large to search completely. */
const MOST_STEPS = 5_000;
/** Gangs of up to this many pods are searched completely. */
export const COMPLETE_SIZE = 8;

/**
 * Whether a part of a gang fits together on one node (models, taints and labels not asked): GPUs for its shares, one a
 * pod, kinds in order; null when it does not. Whole-GPU pods take any of the GPUs that stay free.
 *
 * @param counts pods of each kind
 */
export function packNode(
  cluster: Cluster,
  shape: GangShape,
  counts: ArrayLike<number>,
  node: number,
  within?: GpuRange,
): number[] | null {
  const { pods: table, gpuStart, gpuLeft } = cluster;
  let [cpu, memory, nics, wholes] = [0, 0, 0, 0];
  const shares: number[] = [];
  shape.pods.forEach(([pod], kind) => {
    const count = counts[kind];
    cpu += count * table.cpu[pod];
    memory += count * table.memory[pod];
    nics += count * (table.nics?.[pod] ?? 0);
    if (table.gpus[pod] > 0 && table.milli[pod] < 1000) for (let k = 0; k < count; k++) shares.push(table.milli[pod]);
    else wholes += count * table.gpus[pod];
  });
  if (cpu > cluster.cpuLeft[node] || memory > cluster.memoryLeft[node]) return null;
  if (nics > (cluster.nicsLeft?.[node] ?? 0)) return null;
  const first = within?.first ?? 0;
  const left = [
    ...gpuLeft.subarray(gpuStart[node] + first, gpuStart[node] + (within?.end ?? cluster.nodes.gpus[node])),
  ];
  const limit = shape.size <= COMPLETE_SIZE ? Number.POSITIVE_INFINITY : MOST_STEPS;
  return packShares(shares, left, wholes, limit)?.map((g) => g + first) ?? null;
}

/** A GPU for each share such that `wholes` GPUs stay free: depth first, largest share on the tightest GPU first. */
function packShares(shares: readonly number[], left: number[], wholes: number, limit: number): number[] | null {
  let spare = left.filter((milli) => milli === 1000).length - wholes;
  if (spare < 0) return null;
  const order = shares.map((_, k) => k).sort((a, b) => shares[b] - shares[a] || a - b);
  const chosen = new Array<number>(shares.length);
  let steps = 0;
  const descend = (depth: number): boolean => {
    if (depth === order.length) return true;
    if (steps++ >= limit) return false;
    const share = shares[order[depth]];
    const gpus = left.map((_, g) => g).filter((g) => left[g] >= share);
    gpus.sort((a, b) => left[a] - left[b] || a - b);
    let tried = -1;
    for (const g of gpus) {
      // GPUs with the same left are alike.
      const before = left[g];
      if (before === tried || (before === 1000 && spare === 0)) continue;
      tried = before;
      if (before === 1000) spare--;
      left[g] -= share;
      chosen[order[depth]] = g;
      if (descend(depth + 1)) return true;
      left[g] = before;
      if (before === 1000) spare++;
    }
    return false;
  };
  return descend(0) ? chosen : null;
}
