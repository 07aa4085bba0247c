import { quantile } from "../core/statistics.js";
import { estimate, shareAbove } from "./estimate.js";
import { loadLimit, nodesNeeded } from "./nodes-for.js";
import type { PackedPool } from "./packed-pool.js";
import { instantAt, type PlanContext } from "./plan-context.js";
import type { PoolPaths } from "./pool-paths.js";
import type { PoolResult } from "./result-pools.js";
import { weeklyPaths } from "./weekly-paths.js";

/** Needs and shortfalls of one pool. */
export function poolResult(pool: PackedPool, paths: PoolPaths, queues: string[], context: PlanContext): PoolResult {
  const { levels, horizon, weeks } = context;
  const n = paths.shortHours.length;
  const size = pool.usable_gpus;
  const weekly = weeklyPaths(paths.load, n, horizon, weeks);
  const limit = loadLimit(pool.nodes, size);
  const need = nodesNeeded(weekly.peak, size, levels);
  const byWeek = weeks.map((week, w) => ({
    weekStart: instantAt(context, week.from),
    need: nodesNeeded(weekly.peaks[w], size, levels).map((need) => ({
      ...need,
      gpuHours: quantile(weekly.sums[w], need.level / 100),
    })),
    gpuHours: estimate(weekly.sums[w], levels),
    peakGpus: estimate(weekly.peaks[w], levels),
    pShortfall: shareAbove(weekly.peaks[w].slice().sort(), limit),
  }));
  const atTop = byWeek.map((week) => week.need[week.need.length - 1].nodes);
  return {
    pool: pool.name,
    gpuModel: pool.gpu_model ?? null,
    zone: pool.zone ?? null,
    labels: pool.labels,
    taints: pool.taints,
    gpusPerNode: pool.gpus_per_node,
    nodesHave: pool.nodes,
    queues,
    gpuHours: estimate(weekly.total, levels),
    peakGpus: estimate(weekly.peak, levels),
    need,
    shortfall: need.map(({ level, nodes }) => ({ level, nodes: nodes - pool.nodes })),
    pShortfall: shareAbove(weekly.peak.slice().sort(), limit),
    shortfallHours: estimate(paths.shortHours, levels),
    shortfallGpuHours: estimate(paths.shortGpuHours, levels),
    peakWeek: byWeek[atTop.indexOf(Math.max(...atTop))].weekStart,
    weeks: byWeek,
    packing: pool.packing,
  };
}
