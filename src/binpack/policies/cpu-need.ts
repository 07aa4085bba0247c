import type { NodeTable } from "../types.js";
import type { TypicalPods } from "../typical-pods.js";

/** How much CPU the pods ask for that will come to a node's free GPUs. */
export interface CpuNeed {
  /** CPU by thousandth of a GPU's worth; 0 when typical pods need none. */
  mean: number;
  /** Variance of the CPU that comes with one thousandth. */
  variance: number;
}

/**
 * CPU that typical pods with GPUs bring by what they are worth. Where all typical pods together ask for more CPU by GPU
 * than the nodes have, those without a GPU, as far as the nodes without GPUs do not hold them, count as well: then CPU is
 * what runs out.
 *
 * @param worth of a typical pod of each kind, in thousandths of a GPU
 */
export function cpuNeed(typical: TypicalPods, worth: Float64Array, nodes: NodeTable): CpuNeed {
  let [total, withGpu, without] = [0, 0, 0];
  for (let kind = 0; kind < typical.n; kind++) {
    const cpu = typical.count[kind] * typical.cpu[kind];
    total += typical.count[kind] * worth[kind];
    if (typical.gpus[kind] > 0) withGpu += cpu;
    else without += cpu;
  }
  let [gpuMilli, besideGpus, elsewhere] = [0, 0, 0];
  for (let node = 0; node < nodes.n; node++) {
    gpuMilli += 1000 * nodes.gpus[node];
    if (nodes.gpus[node] > 0) besideGpus += nodes.cpu[node];
    else elsewhere += nodes.cpu[node];
  }
  if (total === 0 || gpuMilli === 0) return { mean: 0, variance: 0 };
  const all = withGpu / total + Math.max(0, without / total - elsewhere / gpuMilli);
  const mean = all > besideGpus / gpuMilli ? all : withGpu / total;
  let squares = 0;
  for (let kind = 0; kind < typical.n; kind++) {
    if (typical.gpus[kind] > 0) squares += typical.count[kind] * (typical.cpu[kind] - mean * worth[kind]) ** 2;
  }
  return { mean, variance: squares / total };
}

/**
 * GPU worth that a node is likely to lose for want of CPU, in thousandths: the positive part of (need − CPU left), made
 * smooth by the spread of the need, in CPU, over the mean need.
 */
export function cpuShortfall({ mean, variance }: CpuNeed, worth: number, cpuLeft: number): number {
  if (mean === 0) return 0;
  const gap = mean * worth - cpuLeft;
  return (gap + Math.sqrt(gap * gap + variance * worth)) / (2 * mean);
}
