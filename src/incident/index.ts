export {
  type Proportion,
  type ProportionChange,
  proportionChange,
  wilsonInterval,
} from "../core/proportion-intervals.js";
export { type CalibrationBin, type CalibrationCurve, calibrationCurve } from "../drift/model/calibration-curve.js";
export type { ClassChange, ConfusionCell, ConfusionDelta, ProbeChange } from "../drift/model/confusion-delta.js";
export {
  type BlastRadius,
  type BlastRadiusOptions,
  blastRadius,
  DEFAULT_BLAST_RADIUS_OPTIONS,
} from "./blast-radius.js";
export { burnRates, DEFAULT_SLO_OPTIONS, type SloOptions } from "./burn-rates.js";
export { DEFAULT_FIRST_BAD_OPTIONS, type FirstBadOptions, firstBad } from "./first-bad.js";
export { goodByThreshold } from "./good-by-threshold.js";
export { incidentMetrics } from "./incident-metrics.js";
export { INCIDENT_ORDER, type Incident } from "./incident-record.js";
export {
  type IncidentGroup,
  type IncidentMetrics,
  IncidentMetricsSchema,
  type IncidentsFile,
  IncidentsFileSchema,
} from "./incident-schema.js";
export { kpiWarnings } from "./kpi-warnings.js";
export { type EventKindModel, LAG_DENSITIES, type LagDensity, lagDensity } from "./lag-densities.js";
export { mcnemar } from "./mcnemar.js";
export { type GroupTotals, type MixRate, mixRate } from "./mix-rate.js";
export {
  type CalibrationDelta,
  DEFAULT_MODEL_PROBE_OPTIONS,
  type ModelProbeOptions,
  type ModelProbes,
  modelProbes,
  type SampleTable,
} from "./model-probes.js";
export {
  DEFAULT_RANK_EVENTS_OPTIONS,
  type RankEventsOptions,
  rankEvents,
  SCOPE_FACTORS,
} from "./rank-events.js";
export { DEFAULT_RCA_OPTIONS, type Rca, type RcaInput, type RcaOptions, rca } from "./rca.js";
export { type RcaFile, RcaFileSchema } from "./rca-file.js";
export {
  type LatencyShift,
  type ReplayOutcome,
  type ReplayTable,
  type ReplayVerdict,
  replayVerdict,
} from "./replay-verdict.js";
export { type RootCause, type RootCauseClass, rootCauseClass } from "./root-cause-class.js";
export { RESPONSE_LIMIT_SECONDS, severityName } from "./severity.js";
export { DEFAULT_SLICE_OPTIONS, type SliceOptions, searchSlices } from "./slices/search-slices.js";
export { sliceVerdict } from "./slices/slice-verdict.js";
export { parseSloConfig, type SloColumns, type SloConfig, SloConfigSchema, sloColumns } from "./slo-config.js";
export { SLO_RULES, SLO_WINDOWS, type SloRule, type SloRuleName, type SloWindow } from "./slo-rules.js";
export { type SloEpisode, type SloFile, SloFileSchema, type SloResult, SloResultSchema } from "./slo-schema.js";
export type { SloSeries } from "./slo-series.js";
export type * from "./types.js";
