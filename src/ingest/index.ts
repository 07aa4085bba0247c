export * from "./aggregate-hours.js";
export * from "./atomic.js";
export { type CohortsRead, readCohorts } from "./backtest/read-cohorts.js";
export { type LabelsRead, readLabels } from "./backtest/read-labels.js";
export {
  DEFAULT_READ_LOGS_OPTIONS,
  type FleetLogs,
  type LogCounts,
  type ReadLogsOptions,
  withLogs,
} from "./backtest/read-logs.js";
export { type BillRead, type ReadBillOptions, readBill } from "./cost/read-bill.js";
export { readUse, type UseRead } from "./cost/read-use.js";
export { type DetectTask, detectSeries } from "./detect-series.js";
export { type ProfileRead, readProfile, saveProfile } from "./drift/profile-file.js";
export { type ProfileTableOptions, type ProfileTableRead, profileTable } from "./drift/profile-table.js";
export { type BatchSetting, drawPaths, forecastLaidOut, type SeriesForecast } from "./forecast-batch.js";
export { batchSizes, forecastBatches } from "./forecast-batches.js";
export { forecastParallel, type ParallelOptions } from "./forecast-parallel.js";
export {
  type IngestedLineage,
  type IngestLineageOptions,
  ingestLineage,
  LINEAGE_SOURCES,
  type LineageSource,
} from "./gc/ingest-lineage.js";
export * from "./gc/plan/index.js";
export * from "./infer-telemetry-columns.js";
export { integrateJobs } from "./integrate-jobs.js";
export type { NeuralNets } from "./neural/neural-forecaster.js";
export { encodeNets, readNets, type SavedNets } from "./neural/neural-weights-file.js";
export { type TrainedNets, trainNets } from "./neural/train-nets.js";
export { type PushedDrift, type PushedDriftOptions, pushDownDrift } from "./pushdown/pushed-drift.js";
export { type PushedEvents, type PushedEventsOptions, pushDownEvents } from "./pushdown/pushed-events.js";
export * from "./read-capacity.js";
export { type ChangeEventTable, readChangeEvents } from "./read-change-events.js";
export { type DemandCube, readDemandScenarios } from "./read-demand-scenarios.js";
export { readHierarchy } from "./read-hierarchy.js";
export * from "./read-jobs.js";
export { type KpiTable, readKpi } from "./read-kpi.js";
export { type ModelSamplesRead, readModelSamples } from "./read-model-samples.js";
export { type NodesRead, readNodes } from "./read-nodes.js";
export { type PodsOptions, type PodsRead, readPods } from "./read-pods.js";
export * from "./read-queue-jobs.js";
export { readReplay } from "./read-replay.js";
export * from "./read-series.js";
export { readSliceTable, type SliceTableRead } from "./read-slice-table.js";
export { readTable } from "./read-table.js";
export { readTeamUsage } from "./read-team-usage.js";
export * from "./read-telemetry.js";
export { readThroughput } from "./read-throughput.js";
export {
  readTimedValues,
  type TimedValues,
  type TimedValuesOptions,
  type TimedValuesTable,
  timeAsRead,
  timedValueError,
} from "./read-timed-values.js";
export * from "./run-workers.js";
export { serveTasks } from "./serve-tasks.js";
export * from "./sha256-file.js";
export type { FoundRow, ReadTableOptions, SqlTable, TableColumn } from "./sql-table.js";
export { withTextFile } from "./text-file.js";
export * from "./types.js";
export { writeFolder } from "./write-folder.js";
export { writeParquet } from "./write-parquet.js";
export * from "./write-table.js";
