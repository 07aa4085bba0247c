import type { Placements } from "./binpack.js";
import { fragmentation } from "./fragmentation.js";

/** Figures of one GPU model's nodes. */
export interface ModelFigures {
  nodes: number;
  gpus: number;
  allocatedGpuMilli: number;
  /** Allocated in % of the model's GPUs. */
  allocationRatio: number;
  fragGpuMilli: number;
}

/** What was asked, what was placed, and what is left in pieces. */
export interface PlacementMetrics {
  nodes: number;
  gpus: number;
  arrivedGpuMilli: number;
  allocatedGpuMilli: number;
  /** Allocated in % of all GPUs in the end; NaN without GPUs. */
  allocationRatioFinal: number;
  /**
   * By what had arrived in % of all GPUs, rounded: mean over the arrivals at that level of what was allocated, in % of
   * all GPUs.
   */
  allocationRatioAt: Record<string, number>;
  /** Fragmentation of all nodes. */
  fragGpuMilli: number;
  podsPlaced: number;
  podsUnschedulable: number;
  /** By GPU model, in the order of the names. */
  byModel: Record<string, ModelFigures>;
}

export function placementMetrics({ cluster, typical }: Placements): PlacementMetrics {
  const { nodes, pods, nodeOf } = cluster;
  const gpus = nodes.gpus.reduce((sum, count) => sum + count, 0);
  const capacity = 1000 * gpus;
  const levels = new Map<number, { sum: number; arrivals: number }>();
  const allocatedOn = new Float64Array(nodes.n);
  let arrived = 0;
  let allocated = 0;
  let placed = 0;
  for (let pod = 0; pod < pods.n; pod++) {
    const milli = pods.gpus[pod] * pods.milli[pod];
    arrived += milli;
    if (nodeOf[pod] >= 0) {
      placed++;
      allocated += milli;
      allocatedOn[nodeOf[pod]] += milli;
    }
    if (capacity === 0) continue;
    const level = Math.round((100 * arrived) / capacity);
    const at = levels.get(level) ?? { sum: 0, arrivals: 0 };
    at.sum += allocated;
    at.arrivals++;
    levels.set(level, at);
  }
  const fragments = fragmentation(cluster, typical);
  return {
    nodes: nodes.n,
    gpus,
    arrivedGpuMilli: arrived,
    allocatedGpuMilli: allocated,
    allocationRatioFinal: (100 * allocated) / capacity,
    allocationRatioAt: Object.fromEntries(
      [...levels].map(([level, { sum, arrivals }]) => [level, (100 * sum) / arrivals / capacity]),
    ),
    fragGpuMilli: fragments.reduce((sum, value) => sum + value, 0),
    podsPlaced: placed,
    podsUnschedulable: pods.n - placed,
    byModel: byModel(nodes, allocatedOn, fragments),
  };
}

function byModel(
  nodes: Placements["cluster"]["nodes"],
  allocatedOn: Float64Array,
  fragments: Float64Array,
): Record<string, ModelFigures> {
  const figures: Record<string, ModelFigures> = {};
  for (const model of [...new Set(nodes.model)].filter((name) => name !== "").sort()) {
    const one = { nodes: 0, gpus: 0, allocatedGpuMilli: 0, allocationRatio: 0, fragGpuMilli: 0 };
    for (let node = 0; node < nodes.n; node++) {
      if (nodes.model[node] !== model) continue;
      one.nodes++;
      one.gpus += nodes.gpus[node];
      one.allocatedGpuMilli += allocatedOn[node];
      one.fragGpuMilli += fragments[node];
    }
    one.allocationRatio = one.allocatedGpuMilli / (10 * one.gpus);
    figures[model] = one;
  }
  return figures;
}
