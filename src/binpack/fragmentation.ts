import type { Cluster } from "./cluster.js";
import type { TypicalPods } from "./typical-pods.js";
import { SHARE_STEPS, tabulateUsable } from "./usable.js";

/**
 * Fragmentation F of each node in thousandths of a GPU: the part of its free GPUs that a typical pod, drawn by
 * frequency, cannot use. For a kind that does not fit (CPU, GPU model, or too few GPUs with enough left) or needs no
 * GPU that is everything left; else it is the sum of the GPUs with less left than the kind asks for. Memory is not asked.
 *
 * Source: Weng et al., "Beware of Fragmentation" (USENIX ATC 2023), section 3, with CPU-only pods counted.
 */
export function fragmentation(state: Cluster, typical: TypicalPods): Float64Array {
  if (typical.n === 0) return new Float64Array(state.nodes.n);
  const usable = tabulateUsable(typical, state.nodes);
  return Float64Array.from({ length: state.nodes.n }, (_, node) => {
    const row = usable.row(usable.tableOf[node], state.cpuLeft[node]);
    let left = 0;
    let used = 0;
    let free = 0;
    for (let g = state.gpuStart[node]; g < state.gpuStart[node + 1]; g++) {
      left += state.gpuLeft[g];
      used += state.gpuLeft[g] * usable.share[row * SHARE_STEPS + state.gpuLeft[g]];
      if (state.gpuLeft[g] === 1000) free++;
    }
    used += 1000 * free * usable.whole[row * usable.wholeSteps + free];
    return (left * usable.pods - used) / usable.pods;
  });
}
