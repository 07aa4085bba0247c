export { type AxesAlignment, alignAxes, alongAxis, type SensorDrive } from "./align/align-axes.js";
export {
  type Audit,
  type AuditInput,
  type AuditOptions,
  auditPolicy,
  DEFAULT_AUDIT_OPTIONS,
} from "./audit/audit-policy.js";
export { type AuditFile, AuditFileSchema } from "./audit/audit-schema.js";
export { createSpanRows, type SpanRowCounter, type SpanRows, type VehicleSpans } from "./audit/span-rows.js";
export { AUDIT_CAUSES, type AuditCause, type AuditDifference, type EdgeEvents } from "./audit/types.js";
export { type BacktestParts, backtestResult, type ReplayedPolicy } from "./backtest-result.js";
export { type BacktestFile, BacktestFileSchema } from "./backtest-schema.js";
export { COHORTS, type Cohort } from "./compare/arm.js";
export { type CohortOptions, DEFAULT_COHORT_OPTIONS } from "./compare/cohort-options.js";
export {
  type BaselineComparison,
  compareBaseline,
  type MetricDifference,
  type PolicyRun,
  type TriggerChange,
} from "./compare/compare-baseline.js";
export { type CohortComparison, type CohortReport, compareCohorts } from "./compare/compare-cohorts.js";
export type { RolloutVerdict } from "./compare/decide-rollout.js";
export type { Guardrail } from "./compare/guardrails.js";
export { createRegions } from "./geo/create-regions.js";
export { fewerCells, outlineOf, type SummedCell } from "./geo/fewer-cells.js";
export { haversine } from "./geo/haversine.js";
export { type HeatmapFeature, type HeatmapGeojson, heatmapGeojson } from "./geo/heatmap-geojson.js";
export { createLabelPlaces, type LabelPlaces, mergeLabelPlaces } from "./geo/label-places.js";
export { areasOfGeofences, parseAreas } from "./geo/parse-areas.js";
export { parseRegionKind } from "./geo/parse-region-kind.js";
export { regionChanges } from "./geo/region-changes.js";
export {
  DEFAULT_REGION_TABLE_OPTIONS,
  type RegionTableInput,
  type RegionTableOptions,
  regionTable,
} from "./geo/region-table.js";
export { createRegionTally, mergeRegionExposures, type RegionExposure } from "./geo/region-tally.js";
export type { RegionCell, RegionChange, RegionRow, RegionsSection, RegionTable } from "./geo/regions-schema.js";
export {
  DEFAULT_TILE_BOUNDARY_OPTIONS,
  type EdgeChanges,
  type TileBoundaryOptions,
  tileBoundaries,
} from "./geo/tile-boundaries.js";
export type { EdgeRow, EdgeVerdict, TileBoundaries } from "./geo/tile-boundaries-schema.js";
export {
  createTileEdgeTally,
  DEFAULT_TILE_EDGE,
  mergeTileEdgeExposures,
  type TileEdge,
  type TileEdgeExposure,
} from "./geo/tile-edge-tally.js";
export type { AreaGeometry, NamedArea, RegionKind, Regions } from "./geo/types.js";
export { checkMapLayers } from "./map/edge-layers.js";
export { MAP_SIGNALS, type MapColumns, type MapSignal, mapColumns } from "./map/map-columns.js";
export { MapMatchSchema, type MapMatchSection } from "./map/map-match-schema.js";
export { mapMatchSection } from "./map/map-match-section.js";
export { createMapSignals, type MappedLog, type MapWant, type MatchRows } from "./map/map-signals.js";
export { DEFAULT_MATCH_OPTIONS, type MatchOptions } from "./map/match-options.js";
export type { MatchTally } from "./map/match-tally.js";
export { createTraceMatcher } from "./map/match-trace.js";
export { buildRoadGraph, type RoadGraph } from "./map/road-graph.js";
export type { RoadEdges, RoadNodes, RoadPlace } from "./map/road-table.js";
export type { RoutePiece } from "./map/router.js";
export type { BreakReason, Chain, GraphMatch, RoadFacts, Trace, TraceBreak, TraceMatch } from "./map/trace-match.js";
export { diffPolicies } from "./policy/diff/diff-policies.js";
export { policyDiffMarkdown } from "./policy/diff/policy-diff-markdown.js";
export { type PolicyChange, type PolicyDiff, PolicyDiffFileSchema } from "./policy/diff/policy-diff-schema.js";
export { type ParsedPolicyResult, parsePolicy } from "./policy/parse-policy.js";
export { DEFAULT_PARSE_POLICY_OPTIONS, type ParsePolicyOptions } from "./policy/parse-policy-options.js";
export { type PolicyFile, PolicySchema } from "./policy/policy-schema.js";
export { createReplayer, type Replayer } from "./replay/create-replayer.js";
export { createDeriver, type Deriver } from "./replay/derive.js";
export { type EventRow, eventRows, mergeEvents } from "./replay/events.js";
export { createGeofenceIndex, type GeofenceIndex } from "./replay/geofence-index.js";
export { type OrderedLog, orderLog } from "./replay/order-log.js";
export { replay } from "./replay/replay.js";
export { signalsOf } from "./replay/signals-of.js";
export { type BootstrapOptions, DEFAULT_BOOTSTRAP_OPTIONS } from "./score/bootstrap-options.js";
export type { ScoredLabels } from "./score/clusters.js";
export { createCoverage, mergeCoverage } from "./score/coverage.js";
export {
  createExposure,
  type Exposure,
  type ExposureTotals,
  exposureTotals,
  mergeExposures,
} from "./score/exposure.js";
export { DEFAULT_EXPOSURE_OPTIONS, type ExposureOptions } from "./score/exposure-options.js";
export { matchEvents } from "./score/match-events.js";
export type { MetricInterval } from "./score/metric-interval.js";
export { type Figures, METRICS, type Metric } from "./score/metrics.js";
export { type Score, type ScoreInput, scoreTriggers, type TriggerScore } from "./score/score-triggers.js";
export * from "./sweep/index.js";
export {
  CLOSE_REASONS,
  type CloseReason,
  COMPARISONS,
  type ColumnarLog,
  type Comparison,
  type Condition,
  type DerivedSignal,
  type EventTable,
  type Geofence,
  type Guard,
  type LabelTable,
  type MapLayer,
  type MatchResult,
  type Policy,
  type PolicyErrorCode,
  type PolicyProblem,
  type PolicySignal,
  type SweepTarget,
  type Trigger,
  type TriggerOverride,
  type TriggerParameters,
} from "./types.js";
