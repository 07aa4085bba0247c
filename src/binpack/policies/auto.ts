import type { Cluster } from "../cluster.js";
import { fragmentLoss } from "../fragment-loss.js";
import type { TypicalPods } from "../typical-pods.js";
import { SHARE_STEPS, tabulateUsable } from "../usable.js";
import { cpuNeed, cpuShortfall } from "./cpu-need.js";
import { holeValues } from "./hole-values.js";
import type { Policy } from "./policy.js";

/** Weights beside fragmentation, chosen on seeds 1 to 4 of the openb lists and on mixes with 2 to 6 times the CPU pods. */
const HOLE_WEIGHT = 8;
const SHORTFALL_WEIGHT = 3;
/** Scores are compared in steps of this many thousandths; nearer ones are equal. */
const STEP = 10;

/**
 * `auto`: lowers fragmentation as `fgd` does, but also asks what the hole that a pod takes was worth to the pods to come
 * (dual prices of the cutting-stock programme), and whether the CPU left on the node still suffices for its free GPUs.
 */
export function autoPolicy(cluster: Cluster, typical: TypicalPods): Policy {
  const { nodes, pods, cpuLeft, gpuLeft, gpuStart } = cluster;
  const usable = tabulateUsable(typical, nodes);
  const values = holeValues(typical);
  const need = cpuNeed(typical, values.kinds, nodes);
  const tables = 1 + usable.tableOf.reduce((most, table) => Math.max(most, table), -1);
  const holes = new Float64Array(tables * SHARE_STEPS);
  usable.tableOf.forEach((table, node) => {
    if (usable.tableOf.indexOf(table) === node) holes.set(values.of(nodes.model[node]), table * SHARE_STEPS);
  });
  const loss = fragmentLoss(
    cluster,
    usable,
    holes.map((worth) => HOLE_WEIGHT * usable.pods * worth),
  );

  /** Worth of the holes of the node, all together. */
  function worthOf(node: number): number {
    const hole = usable.tableOf[node] * SHARE_STEPS;
    let sum = 0;
    for (let g = gpuStart[node]; g < gpuStart[node + 1]; g++) sum += holes[hole + gpuLeft[g]];
    return sum;
  }

  /** Worth of the holes that the pod takes. */
  function worthTaken(pod: number, node: number): number {
    const hole = usable.tableOf[node] * SHARE_STEPS;
    const milli = pods.milli[pod];
    if (pods.gpus[pod] === 0 || milli === 1000) return pods.gpus[pod] * holes[hole + 1000];
    const left = gpuLeft[gpuStart[node] + loss.bestGpu(pod, node)];
    return holes[hole + left] - holes[hole + left - milli];
  }

  return {
    score(pod, node) {
      const worth = worthOf(node);
      const before = cpuShortfall(need, worth, cpuLeft[node]);
      const after = cpuShortfall(need, worth - worthTaken(pod, node), cpuLeft[node] - pods.cpu[pod]);
      return Math.floor((loss.decrease(pod, node) / usable.pods - SHORTFALL_WEIGHT * (after - before)) / STEP);
    },
    shareGpu: (pod, node) => loss.bestGpu(pod, node),
  };
}
