export { nearestName } from "../core/nearest-name.js";
export { checkPlanFile } from "./check-plan-file.js";
export { checkPlanQueues } from "./check-plan-queues.js";
export * from "./economics/index.js";
export { parsePlanFile } from "./parse-plan-file.js";
export { DEFAULT_PLAN_OPTIONS, planCapacity, planWithTables } from "./plan-capacity.js";
export { type PlanFile, type PlanFileInput, PlanFileSchema } from "./plan-file.js";
export {
  doForecastWork,
  type ForecastSetting,
  type ForecastWork,
  type ForecastWorkResult,
  forecastWork,
  planForecasts,
} from "./plan-forecasts.js";
export { demandPanel as planPanel, type UsableHistory, usableHistory } from "./plan-panel.js";
export * from "./plan-result.js";
export type * from "./result-buying.js";
export type * from "./result-demand.js";
export type * from "./result-parts.js";
export type * from "./result-pools.js";
export type * from "./result-usage.js";
export { spotOverhead } from "./spot-overhead.js";
export { termName } from "./term-name.js";
export type * from "./types.js";
