import { instantAt, type PlanContext } from "./plan-context.js";
import type { PoolPaths } from "./pool-paths.js";
import type { ReserveWindow } from "./result-buying.js";
import type { PoolResult } from "./result-pools.js";

/**
 * Nodes to hold in the weeks in which a pool may run short: weeks whose need at the highest level exceeds what is
 * there. The window spans the hours that run short with more than the risk left by that level; where no single hour
 * does, the whole week.
 */
export function reserveWindows(pool: PoolResult, paths: PoolPaths, context: PlanContext): ReserveWindow[] {
  const risk = 1 - context.levels[context.levels.length - 1] / 100;
  return context.weeks.flatMap((week, w): ReserveWindow[] => {
    const { need, pShortfall, weekStart } = pool.weeks[w];
    const nodes = need[need.length - 1].nodes - pool.nodesHave;
    if (nodes <= 0) return [];
    const inWeek = paths.shortByHour.subarray(week.from, week.to);
    const first = inWeek.findIndex((p) => p > risk);
    const last = inWeek.findLastIndex((p) => p > risk);
    const from = first < 0 ? week.from : week.from + first;
    const to = first < 0 ? week.to : week.from + last + 1;
    return [
      { pool: pool.pool, weekStart, from: instantAt(context, from), to: instantAt(context, to), nodes, pShortfall },
    ];
  });
}
