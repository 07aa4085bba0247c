import type { Report } from "../src/report/index.js";
import { checkPlan } from "./capacity-plan/check-plan.js";
import { capacityPlanReport } from "./capacity-plan.js";
import { checkBacktest } from "./forecast-quality/check-backtest.js";
import { forecastQualityReport } from "./forecast-quality.js";

export * from "../src/report/index.js";
export { capacityPlanReport } from "./capacity-plan.js";
export { forecastQualityReport } from "./forecast-quality.js";

/** Makes a report of each kind of result: by the `<kind>` of its `"schema": "fleetlens.<kind>/<major>"`. */
export const notebooks: Readonly<Record<string, (result: unknown) => Report>> = Object.freeze({
  "capacity-plan": (result) => capacityPlanReport(checkPlan(result)),
  "forecast-backtest": (result) => forecastQualityReport(checkBacktest(result)),
});
