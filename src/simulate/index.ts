export {
  type ClusterConfig,
  type ClusterConfigInput,
  ClusterConfigSchema,
  type FaultConfig,
  type PoolConfig,
  type QueueConfig,
} from "./cluster-config.js";
export { dalyTime, youngInterval } from "./daly.js";
export { type DrfOptions, drfAllocation, progressiveFilling } from "./fair/drf.js";
export { type Associations, classicFactors, fairTreeFactors } from "./fair/fairshare-factors.js";
export { type GavelShares, gavelShares, type JobClass } from "./fair/gavel-shares.js";
export { jainIndex } from "./jain.js";
export { parseCluster } from "./parse-cluster.js";
export { POLICIES, type PolicyName } from "./policies/policy-names.js";
export type { QueueRun } from "./queue-run.js";
export { DEFAULT_SIMULATE_OPTIONS, type SimulateOptions, type SimulationResult, simulate } from "./simulate.js";
export { simulateWaits } from "./simulate-waits.js";
export {
  type SimulationFile,
  SimulationFileSchema,
  type SimulationSummary,
  SimulationSummarySchema,
} from "./summary-schema.js";
export type { Timeline } from "./timeline.js";
export type * from "./types.js";
export { WAIT_PROBABILITIES } from "./wait-quantiles.js";
