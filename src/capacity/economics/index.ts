export type { FamilyBill } from "./bill-chargeback.js";
export {
  capacityEconomics,
  DEFAULT_ECONOMICS_OPTIONS,
  type EconomicsOptions,
  type EconomicsOutcome,
} from "./capacity-economics.js";
export type { ChargebackRow, TeamUsage } from "./chargeback.js";
export type { NodeType } from "./commit-nodes.js";
export { type CapacityEconomics, CapacityEconomicsSchema } from "./economics-schema.js";
export { parsePrices } from "./parse-prices.js";
export { type PricesFile, type PricesFileInput, PricesFileSchema } from "./prices-file.js";
export {
  DEFAULT_SAMPLE_OPTIONS,
  type DemandQuantiles,
  type SampleOptions,
  sampleQuantiles,
} from "./sample-quantiles.js";
export { teamUsage, type UsageRows } from "./team-usage.js";
export {
  DEFAULT_REGRESSION_OPTIONS,
  type PoolThroughput,
  type RegressionOptions,
  type ThroughputRegression,
  throughputRegressions,
} from "./throughput-regressions.js";
export type { DemandScenarios } from "./types.js";
export { conditionalValueAtRisk } from "./value-at-risk.js";
