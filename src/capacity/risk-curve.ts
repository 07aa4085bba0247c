import { estimate, quantileNotExceeded, shareAbove } from "./estimate.js";
import { fluidWait } from "./fluid-wait.js";
import { loadLimit, needLevels, nodesFor } from "./nodes-for.js";
import type { PlanContext } from "./plan-context.js";
import type { Pool } from "./plan-file.js";
import type { PoolPaths } from "./pool-paths.js";
import type { RiskCurve } from "./result-pools.js";
import { weeklyPaths } from "./weekly-paths.js";

/** Most points of a curve beside those for the levels and what is there. */
const POINTS = 20;

export const NO_SIMULATION =
  "simulated waits need job data and the queue simulator; the waits shown are the fluid approximation, which counts " +
  "pending demand as new work and so errs on the long side";

/** Node counts worth showing: from what calm paths need to what the wildest do, with the levels and what is there. */
function nodeCounts(peakNodes: Float64Array, have: number, levels: readonly number[]): number[] {
  const low = quantileNotExceeded(peakNodes, 0.01);
  const high = Math.max(peakNodes[peakNodes.length - 1], low);
  const stride = Math.max(1, Math.ceil((high - low) / POINTS));
  const counts = new Set([have, high, ...needLevels(levels).map((l) => quantileNotExceeded(peakNodes, l / 100))]);
  for (let nodes = low; nodes <= high; nodes += stride) counts.add(nodes);
  return [...counts].filter((nodes) => nodes > 0).sort((a, b) => a - b);
}

/**
 * Nodes against the probability of not having enough, and against waits, the other pools staying as they are: what
 * does not fit into this pool may still run in those that stand in for it.
 */
export function riskCurve(pool: Pool, paths: PoolPaths, context: PlanContext): RiskCurve {
  const { levels, horizon, weeks } = context;
  const { together, standInGpus } = paths;
  const n = paths.shortHours.length;
  const size = pool.gpus_per_node;
  const weekly = weeklyPaths(together, n, horizon, weeks);
  const peaks = weekly.peak.slice().sort();
  const weekMeans = new Float64Array(n);
  for (const [w, week] of weeks.entries()) {
    for (let path = 0; path < n; path++) {
      weekMeans[path] = Math.max(weekMeans[path], weekly.sums[w][path] / (week.to - week.from));
    }
  }
  weekMeans.sort();
  const counts = nodeCounts(
    peaks.map((gpus) => nodesFor(gpus - standInGpus, size)),
    pool.nodes,
    levels,
  );
  return {
    pool: pool.name,
    nodesHave: pool.nodes,
    waitMethod: "fluid approximation",
    simulation: { reason: NO_SIMULATION },
    points: counts.map((nodes) => {
      const limit = standInGpus + loadLimit(nodes, size);
      const wait = fluidWait(together, horizon, standInGpus + nodes * size, limit);
      return {
        nodes,
        gpus: nodes * size,
        pAnyHour: shareAbove(peaks, limit),
        pAnyWeek: shareAbove(weekMeans, limit),
        shortfallHours: estimate(wait.shortHours, levels),
        wait: { medianMinutes: wait.medianMinutes, p95Minutes: wait.p95Minutes },
      };
    }),
  };
}
