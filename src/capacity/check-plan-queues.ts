import { HOUR_MS } from "../core/time.js";
import { applyScenarios } from "../forecast/index.js";
import { compileMapping } from "./compile-mapping.js";
import type { PlanFile } from "./plan-file.js";

/**
 * Refuses, before anything is forecast, a plan that does not fit the queues: one that no pool takes, or a scenario for
 * a queue that is not there.
 *
 * @throws InputError
 */
export function checkPlanQueues(
  plan: Pick<PlanFile, "pools" | "mapping" | "scenarios">,
  queues: readonly string[],
): void {
  if (plan.pools && plan.mapping) compileMapping(plan.pools, plan.mapping, queues);
  const oneHour = { ids: [...queues], n: 1, horizon: 1, start: 0, stepMs: HOUR_MS };
  applyScenarios({ ...oneHour, data: queues.map(() => new Float64Array(1)) }, plan.scenarios ?? [], 0);
}
