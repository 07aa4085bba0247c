export { checkIntegrity, type IntegrityCheck, integrityChecker } from "./check-integrity.js";
export { type CostModel, createCostModel, type ObjectCost } from "./cost.js";
export { buildCsr, buildCsrInPlace } from "./csr.js";
export { decide, decisionSteps } from "./decide.js";
export { DEFAULT_DOMINATOR_OPTIONS, type DominatorOptions, type Dominators, dominators } from "./dominators.js";
export { wholeNumber } from "./exact-sum.js";
export {
  DEFAULT_EXCLUSIVE_OPTIONS,
  type ExclusiveByRoot,
  type ExclusiveOptions,
  exclusiveByRoot,
} from "./exclusive-by-root.js";
export { type Explanation, explainObject } from "./explanation.js";
export { type GcReport, GcReportSchema, type RootSummary } from "./gc-report.js";
export { DEFAULT_REACH_OPTIONS, type ReachOptions, reach } from "./reach.js";
export { ACTION, ACTIONS, type Action, REASON, REASONS, type Reason } from "./reasons.js";
export { parseRetentionPolicy, type RetentionPolicy, RetentionPolicySchema } from "./retention-policy.js";
export { type RootAnswer, type RootRequest, type RootRow, rootSummaries, rootSummarySteps } from "./root-summaries.js";
export { type Tallies, tallies } from "./tallies.js";
export type * from "./types.js";
