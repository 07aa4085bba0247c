import { budgetPosition, budgetWindow } from "./budget.js";
import { buyingSection } from "./buying.js";
import type { CompiledMapping } from "./compile-mapping.js";
import { ioCheck } from "./io-check.js";
import { nodesNeeded } from "./nodes-for.js";
import type { PackedPool } from "./packed-pool.js";
import type { PlanContext } from "./plan-context.js";
import type { CapacityPlan } from "./plan-result.js";
import { poolPaths, poolPeaks, standIns } from "./pool-paths.js";
import { poolResult } from "./pool-results.js";
import { type PoolJobs, riskCurve } from "./risk-curve.js";
import type { PoolNeeds } from "./scenario-results.js";
import type { ScenarioRun } from "./scenario-runs.js";
import type { PlanJobs } from "./types.js";

/** Pools and who may run on them. */
export interface PoolSetting {
  pools: readonly PackedPool[];
  mapping: CompiledMapping;
}

/** Nodes that a scenario needs of each pool over the horizon; null without pools. */
export function poolNeeds(setting: PoolSetting | null, run: ScenarioRun, context: PlanContext): PoolNeeds {
  if (!setting) return null;
  const peaks = poolPeaks(run.set, setting.mapping, setting.pools);
  return setting.pools.map((pool, p) => ({
    pool: pool.name,
    need: nodesNeeded(peaks[p], pool.usable_gpus, context.levels),
  }));
}

/** Everything that follows from the loads of the pools in the plan's scenario. */
export function poolSections(
  { pools, mapping }: PoolSetting,
  run: ScenarioRun,
  month: string,
  context: PlanContext,
  jobs?: PlanJobs,
): Pick<CapacityPlan, "pools" | "risk" | "buying" | "budget" | "io"> {
  const { ids } = run.set;
  const paths = poolPaths(run.set, mapping, pools);
  const entriesOf = (p: number) => mapping.entries.filter((entry) => entry.pools.includes(p));
  const queuesOf = (p: number, wanted: (rate: number | null) => boolean) =>
    entriesOf(p)
      .filter(({ rate }) => wanted(rate))
      .flatMap(({ queues }) => queues)
      .sort((a, b) => a - b)
      .map((q) => ids[q]);
  /** Jobs of the queues whose demand `together` holds: all that may run here or in a pool that stands in. */
  const jobsNear = (all: PlanJobs, p: number): PoolJobs => {
    const near = new Set([p, ...standIns(mapping, p)]);
    const names = new Set(
      mapping.entries
        .filter((entry) => entry.pools.some((pool) => near.has(pool)))
        .flatMap(({ queues }) => queues.map((q) => ids[q])),
    );
    return { jobs: all, queues: new Set(all.queues.flatMap((name, q) => (names.has(name) ? [q] : []))) };
  };
  const results = pools.map((pool, p) =>
    poolResult(
      pool,
      paths[p],
      queuesOf(p, () => true),
      context,
    ),
  );
  const window = budgetWindow(context, month);
  const bought = buyingSection(pools, paths, results, run.name, context, window);
  const io = pools.flatMap(
    (pool, p) =>
      ioCheck(
        pool,
        paths[p],
        queuesOf(p, (rate) => rate === null),
        context.levels,
      ) ?? [],
  );
  return {
    pools: results,
    risk: pools.map((pool, p) => riskCurve(pool, paths[p], context, jobs && jobsNear(jobs, p))),
    buying: bought?.buying ?? null,
    budget: bought && budgetPosition(context, month, window, bought.windowCosts),
    io: io.length > 0 ? io : null,
  };
}
