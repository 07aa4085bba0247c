import { barredBy, createEligibility, ELIGIBLE } from "../constraints/eligibility.js";
import { unitsOf } from "../offline/units.js";
import { extendCluster } from "./extend-cluster.js";
import type { Trial, WhatIfProblem } from "./trial.js";

/**
 * Counts anew, pod by pod on untouched nodes, that everything placed fits and may be where it is, and that no gang is
 * broken.
 *
 * @throws Error when it does not, which would be a mistake of the search, not of the caller
 */
export function checkTrial({ cluster, pending, catalogue }: WhatIfProblem, trial: Trial): void {
  const fresh = extendCluster(cluster, pending, catalogue, trial.counts);
  const eligibility = createEligibility(fresh.nodes, pending);
  trial.cluster.nodeOf.forEach((node, pod) => {
    if (node < 0) return;
    const gpus = trial.cluster.gpusOf[pod] ?? [];
    fresh.cpuLeft[node] -= pending.cpu[pod];
    fresh.memoryLeft[node] -= pending.memory[pod];
    if (fresh.nicsLeft) fresh.nicsLeft[node] -= pending.nics?.[pod] ?? 0;
    for (const gpu of gpus) fresh.gpuLeft[fresh.gpuStart[node] + gpu] -= pending.milli[pod];
    const least = Math.min(
      fresh.cpuLeft[node],
      fresh.memoryLeft[node],
      fresh.nicsLeft?.[node] ?? 0,
      ...gpus.map((gpu) => (gpu < fresh.nodes.gpus[node] ? fresh.gpuLeft[fresh.gpuStart[node] + gpu] : -1)),
    );
    const allowed = barredBy(eligibility, pod, node) === ELIGIBLE && new Set(gpus).size === pending.gpus[pod];
    if (least < 0 || !allowed) {
      throw new Error(
        `what-if: pod ${pending.name[pod]} does not hold on ${fresh.nodes.name[node]}; please report this`,
      );
    }
  });
  const all = Array.from({ length: pending.n }, (_, pod) => pod);
  for (const { pods } of unitsOf(pending, all)) {
    const placed = pods.filter((pod) => trial.cluster.nodeOf[pod] >= 0).length;
    if (placed > 0 && placed < pods.length) {
      throw new Error(`what-if: the gang of pod ${pending.name[pods[0]]} is broken; please report this`);
    }
  }
}
