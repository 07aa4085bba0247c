import type { Cluster } from "./cluster.js";
import { SHARE_STEPS, type Usable } from "./usable.js";

/** What placing a pod does to the fragmentation of a node. */
export interface FragmentLoss {
  /**
   * F(before) − F(after), less what the taken holes are worth, in thousandths of a GPU times the number of typical pods;
   * a share goes to its best GPU.
   */
  decrease(pod: number, node: number): number;
  /** The GPU where a share's decrease is highest, the lowest index at ties, counted from 0 on the node. */
  bestGpu(pod: number, node: number): number;
}

/**
 * @param worth `worth[table * 1001 + g]`: what a hole of `g` thousandths is worth on the nodes of each table of
 *   `usable`, in the unit of the decrease; nothing by default
 * @see Usable for the formula
 */
export function fragmentLoss(cluster: Cluster, usable: Usable, worth?: Float64Array): FragmentLoss {
  const { pods, gpuLeft, gpuStart, cpuLeft } = cluster;
  const { share, whole, wholeSteps, tableOf } = usable;
  const holes =
    worth ?? new Float64Array(SHARE_STEPS * (1 + tableOf.reduce((most, table) => Math.max(most, table), 0)));
  let gpu = -1;

  function decrease(pod: number, node: number): number {
    const wanted = pods.gpus[pod];
    const milli = pods.milli[pod];
    const start = gpuStart[node];
    const end = gpuStart[node + 1];
    const rowBefore = usable.row(tableOf[node], cpuLeft[node]);
    const rowAfter = usable.row(tableOf[node], cpuLeft[node] - pods.cpu[pod]);
    const before = rowBefore * SHARE_STEPS;
    const after = rowAfter * SHARE_STEPS;
    const hole = tableOf[node] * SHARE_STEPS;
    let free = 0;
    let change = 0;
    for (let g = start; g < end; g++) {
      const left = gpuLeft[g];
      if (left === 1000) free++;
      change += left * (share[after + left] - share[before + left]);
    }
    const wholes = rowAfter * wholeSteps;
    change += 1000 * free * (whole[wholes + free] - whole[rowBefore * wholeSteps + free]);
    if (wanted === 0) return change;
    change += usable.pods * wanted * milli;
    const fewer = Math.max(0, free - wanted);
    const fewerWholes = 1000 * (fewer * whole[wholes + fewer] - free * whole[wholes + free]);
    if (milli === 1000) return change + fewerWholes - wanted * (1000 * share[after + 1000] + holes[hole + 1000]);
    let best = Number.NEGATIVE_INFINITY;
    for (let g = start; g < end; g++) {
      const left = gpuLeft[g];
      if (left < milli) continue;
      const rest = left - milli;
      let gain = rest * share[after + rest] - left * share[after + left] + holes[hole + rest] - holes[hole + left];
      if (left === 1000) gain += fewerWholes;
      if (gain > best) {
        best = gain;
        gpu = g - start;
      }
    }
    return change + best;
  }

  return {
    decrease,
    bestGpu(pod, node) {
      decrease(pod, node);
      return gpu;
    },
  };
}
