import { PackingResultSchema } from "../src/binpack/index.js";
import { CapacityPlanSchema } from "../src/capacity/index.js";
import { ForecastBacktestSchema } from "../src/forecast/index.js";
import type { Report } from "../src/report/index.js";
import { SimulationFileSchema } from "../src/simulate/index.js";
import { capacityPlanReport } from "./capacity-plan.js";
import { checkResult } from "./check-result.js";
import { forecastQualityReport } from "./forecast-quality.js";
import { packingReport } from "./packing.js";
import { queuesReport } from "./queues.js";

export * from "../src/report/index.js";
export { capacityPlanReport } from "./capacity-plan.js";
export { forecastQualityReport } from "./forecast-quality.js";
export { packingReport } from "./packing.js";
export { queuesReport } from "./queues.js";

/** Makes a report of each kind of result: by the `<kind>` of its `"schema": "fleetlens.<kind>/<major>"`. */
export const notebooks: Readonly<Record<string, (result: unknown) => Report>> = Object.freeze({
  "capacity-plan": (result) => capacityPlanReport(checkResult(CapacityPlanSchema, "a capacity plan", result)),
  "forecast-backtest": (result) =>
    forecastQualityReport(checkResult(ForecastBacktestSchema, "a forecast backtest", result)),
  packing: (result) => packingReport(checkResult(PackingResultSchema, "a packing result", result)),
  simulation: (result) => queuesReport(checkResult(SimulationFileSchema, "a simulation summary", result)),
});
