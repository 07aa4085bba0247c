import { describeOverlay } from "./describe-overlay.js";
import { estimate } from "./estimate.js";
import type { PlanContext } from "./plan-context.js";
import type { QueueCapacity } from "./queue-capacity.js";
import type { ScenarioResult } from "./result-demand.js";
import type { NodesAtLevel } from "./result-parts.js";
import { roundTo } from "./rounding.js";
import { anyHour, hoursOver, type ScenarioRun } from "./scenario-runs.js";

/** Nodes needed over the horizon by pool. */
export type PoolNeeds = { pool: string; need: NodesAtLevel[] }[] | null;

/** Differences are rounded to a millionth of a GPU-hour: they stem from sums of thousands of doubles. */
const exact = (value: number) => roundTo(value, 6);

function difference(run: Float64Array, base: Float64Array): Float64Array {
  return run.map((sum, path) => sum - base[path]);
}

/** A queue's capacity over the horizon, as the scenario's overlays change it. */
function capacityUnder(run: ScenarioRun, queue: string, capacity: QueueCapacity): Float64Array {
  const set = run.capacity[queue];
  return set ? capacity.future.map((gpus, h) => (Number.isNaN(set[h]) ? gpus : set[h])) : capacity.future;
}

/** One scenario against the baseline. */
export function scenarioResult(
  run: ScenarioRun,
  baseline: ScenarioRun,
  needs: { run: PoolNeeds; baseline: PoolNeeds },
  capacities: readonly QueueCapacity[],
  context: PlanContext,
): ScenarioResult {
  const { levels } = context;
  const total = run.stats.length - 1;
  const { ids, n, data } = run.set;
  const changed = ids.flatMap((_, q) => (run.stats[q] !== baseline.stats[q] || run.capacity[ids[q]] ? [q] : []));
  return {
    name: run.name,
    probability: run.probability,
    overlays: run.scenarios.flatMap((scenario) => scenario.overlays.map(describeOverlay)),
    gpuHours: estimate(run.stats[total].weekly.total, levels),
    difference: estimate(difference(run.stats[total].weekly.total, baseline.stats[total].weekly.total), levels, exact),
    peakGpus: estimate(run.stats[total].weekly.peak, levels),
    queues: changed.map((q) => {
      const over = hoursOver(data[q], n, capacityUnder(run, ids[q], capacities[q]));
      return {
        queue: ids[q],
        difference: estimate(difference(run.stats[q].weekly.total, baseline.stats[q].weekly.total), levels, exact),
        pOverCapacity: over && anyHour(over),
      };
    }),
    nodes:
      needs.run?.map(({ pool, need }, p) => ({
        pool,
        need: need.map(({ level, nodes }, l) => ({
          level,
          nodes,
          difference: nodes - (needs.baseline?.[p].need[l].nodes ?? 0),
        })),
      })) ?? null,
  };
}
