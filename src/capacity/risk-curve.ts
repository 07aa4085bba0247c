import { estimate, quantileNotExceeded, shareAbove } from "./estimate.js";
import { fluidWait } from "./fluid-wait.js";
import { loadLimit, needLevels, nodesFor } from "./nodes-for.js";
import type { PackedPool } from "./packed-pool.js";
import type { PlanContext } from "./plan-context.js";
import type { PoolPaths } from "./pool-paths.js";
import { replayedWaits, replayJobs } from "./replay-jobs.js";
import type { RiskCurve } from "./result-pools.js";
import type { PlanJobs } from "./types.js";
import { weeklyPaths } from "./weekly-paths.js";

/** Most points of a curve beside those for the levels and what is there. */
const POINTS = 20;

const FLUID =
  "the waits shown are the fluid approximation, which counts pending demand as new work and so errs on the long side";
const NO_JOBS = "simulated waits need the jobs of the history, and the demand is telemetry";

/** Jobs of the history, and the positions of the queues that may run in a pool or in those that stand in for it. */
export interface PoolJobs {
  jobs: PlanJobs;
  queues: ReadonlySet<number>;
}

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
export function riskCurve(pool: PackedPool, paths: PoolPaths, context: PlanContext, jobs?: PoolJobs): RiskCurve {
  const { levels, horizon, weeks } = context;
  const { together, standInGpus } = paths;
  const n = paths.shortHours.length;
  const size = pool.usable_gpus;
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
  const replay = jobs
    ? replayJobs(jobs.jobs, jobs.queues, { data: together, horizon }, context.start, counts.length, context.plan.seed)
    : NO_JOBS;
  const simulated = typeof replay !== "string";
  const points = counts.map((nodes): RiskCurve["points"][number] => {
    const gpus = standInGpus + nodes * size;
    const limit = standInGpus + loadLimit(nodes, size);
    const fluid = fluidWait(together, horizon, gpus, limit);
    return {
      nodes,
      gpus: nodes * pool.gpus_per_node,
      pAnyHour: shareAbove(peaks, limit),
      pAnyWeek: shareAbove(weekMeans, limit),
      shortfallHours: estimate(fluid.shortHours, levels),
      wait: simulated
        ? replayedWaits(replay, gpus)
        : { medianMinutes: fluid.medianMinutes, p95Minutes: fluid.p95Minutes },
    };
  });
  return {
    pool: pool.name,
    nodesHave: pool.nodes,
    waitMethod: simulated ? "simulation" : "fluid approximation",
    simulation: simulated
      ? { policy: "easy", paths: replay.paths.length, jobs: replay.jobs, reason: null }
      : { policy: null, paths: null, jobs: null, reason: `${replay}; ${FLUID}` },
    waitTarget: waitTarget(pool, points, context),
    points,
  };
}

/** The strictest targets of the queues that prefer the pool, and from which node count on they are met. */
function waitTarget(pool: PackedPool, points: RiskCurve["points"], { plan }: PlanContext): RiskCurve["waitTarget"] {
  const slos = (plan.mapping ?? []).flatMap(({ pools, slo }) => (slo && pools[0] === pool.name ? [slo] : []));
  const strictest = (minutes: (number | undefined)[]): number | null => {
    const given = minutes.filter((m) => m !== undefined);
    return given.length > 0 ? Math.min(...given) : null;
  };
  const medianMinutes = strictest(slos.map((slo) => slo.median_wait_minutes));
  const p95Minutes = strictest(slos.map((slo) => slo.p95_wait_minutes));
  if (medianMinutes === null && p95Minutes === null) return null;
  const met = ({ wait }: RiskCurve["points"][number]) =>
    wait.medianMinutes <= (medianMinutes ?? Number.POSITIVE_INFINITY) &&
    wait.p95Minutes <= (p95Minutes ?? Number.POSITIVE_INFINITY);
  const enough = points.slice(points.findLastIndex((point) => !met(point)) + 1);
  return { medianMinutes, p95Minutes, nodes: enough[0]?.nodes ?? null };
}
