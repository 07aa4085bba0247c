export { AB_DESIGNS, type AbDesign } from "./ab/ab-designs.js";
export type { AbLook, AbRole, Better } from "./ab/ab-look.js";
export { type AbOptions, DEFAULT_AB_OPTIONS } from "./ab/ab-options.js";
export { type AbPlan, type AbPlanFile, AbPlanFileSchema } from "./ab/ab-plan-schema.js";
export {
  type AbExperiment,
  type AbFile,
  AbFileSchema,
  type AbLookResult,
  type AbResult,
} from "./ab/ab-schema.js";
export { type AlwaysValidInterval, type AlwaysValidOptions, alwaysValid } from "./ab/always-valid.js";
export { gateAb } from "./ab/gate-ab.js";
export { groupSequentialBounds, type Spending } from "./ab/group-sequential-bounds.js";
export { type AbPlanEffect, type AbPlanOptions, DEFAULT_AB_PLAN_OPTIONS, planAb } from "./ab/plan-ab.js";
export { type SampleRatio, sampleRatio } from "./ab/sample-ratio.js";
export {
  arcsineEffect,
  DEFAULT_SAMPLE_SIZE_OPTIONS,
  type SampleSizeOptions,
  sampleSizeMeans,
  sampleSizeProportions,
} from "./ab/sample-size.js";
export { type CanaryOptions, DEFAULT_CANARY_OPTIONS } from "./canary/canary-options.js";
export type { CanaryRequests } from "./canary/canary-requests.js";
export { type CanaryFile, CanaryFileSchema, type CanaryGate, CanaryGateSchema } from "./canary/canary-schema.js";
export { gateCanary } from "./canary/gate-canary.js";
export { type PairedCounts, pairedChange } from "./canary/paired-change.js";
export { DEFAULT_EDGE_OPTIONS, type EdgeOptions } from "./edge/edge-options.js";
export type { EdgeSamples } from "./edge/edge-samples.js";
export { type EdgeFile, EdgeFileSchema, type EdgeGate, EdgeGateSchema } from "./edge/edge-schema.js";
export { gateEdge } from "./edge/gate-edge.js";
export { type MannKendall, mannKendall } from "./edge/mann-kendall.js";
export { type TheilSen, theilSen } from "./edge/theil-sen.js";
export type { LimitCheck } from "./limit-check.js";
export { gateOta } from "./ota/gate-ota.js";
export { kaplanMeier, type SurvivalStep } from "./ota/kaplan-meier.js";
export { DEFAULT_OTA_OPTIONS, type OtaOptions } from "./ota/ota-options.js";
export { type OtaFile, OtaFileSchema, type OtaGate, OtaGateSchema } from "./ota/ota-schema.js";
export type { OtaSoak, OtaWaves } from "./ota/ota-waves.js";
export { logLikelihoodRatio, type SprtBounds, type SprtDesign, sprtBounds } from "./ota/sprt.js";
export { type QuantileInterval, quantileInterval } from "./quantile-interval.js";
export { DEFAULT_SERVICE_OPTIONS, gateService, type ServiceOptions } from "./service/gate-service.js";
export type { ServiceRecord } from "./service/service-record.js";
export { type ServiceFile, ServiceFileSchema, type ServiceGate, ServiceGateSchema } from "./service/service-schema.js";
