import type { HourlyDemand, InputFile } from "../core/demand.js";

/** What every reader takes besides its files and columns. */
export interface ReadOptions {
  /** Folder that relative paths stand in; default the working directory. */
  baseDir?: string;
  /** Memory limit of the SQL engine; default 1GB. Beyond it the engine spills to `tempDirectory`. */
  memory?: string;
  /** Threads of the SQL engine; default the machine's, at most 8. Results do not depend on it. */
  threads?: number;
  tempDirectory?: string;
  /** Lets http(s) and s3 paths be read (downloads DuckDB's httpfs extension); default false. */
  allowRemote?: boolean;
  /** Goes on when more than 1 % of the rows of a foreign format are rejected; default false. */
  lenient?: boolean;
  signal?: AbortSignal;
}

/** Columns and options of `readSeries`. */
export interface SeriesOptions extends ReadOptions {
  id: string;
  /** An integer step or a timestamp (naive is UTC). */
  time: string;
  value: string;
}

/** One series as read: `t` strictly increasing (epoch ms, or integer steps), NaN where the value is null. */
export interface TimedSeries {
  id: string;
  t: Float64Array;
  y: Float64Array;
}

export interface SeriesTable {
  /** Sorted by the UTF-8 bytes of the id. */
  series: TimedSeries[];
  /** True when `t` holds integer steps, false when it holds epoch milliseconds. */
  integerTime: boolean;
  inputs: InputFile[];
  warnings: string[];
}

/** Names of the telemetry columns. */
export interface TelemetryColumns {
  queue: string;
  time: string;
  running: string;
  pending?: string;
  capacity?: string;
}

export interface TelemetryOptions extends ReadOptions {
  /** Paths, directories or globs. */
  files: string | readonly string[];
  columns: TelemetryColumns;
  /**
   * Longest time that a sample is carried forward. Default 15 minutes, or a queue's median spacing where that is
   * longer (said in a warning); given explicitly it holds strictly.
   */
  maxGapMinutes?: number;
  /** Epoch ms; rows later than this are refused. Default no check. */
  asOf?: number;
}

/** A hole in a queue's samples, longer than the maximum gap. */
export interface TelemetryGap {
  queue: string;
  /** Time of the last sample before the hole, epoch ms. */
  start: number;
  /** Time of the first sample after it, epoch ms. */
  end: number;
}

export interface TelemetryQuality {
  /** Rows read. */
  rows: number;
  /** Exact duplicates of (queue, time, values) that were dropped. */
  duplicates: number;
  /** Rows without a running or pending value, treated as not sampled. */
  missing: number;
  /** Holes by queue and time, at most 1,000. */
  gaps: TelemetryGap[];
  /** Number of holes, also of those not listed. */
  gapCount: number;
  /** Queues without a single value; their demand is NaN. */
  emptyQueues: string[];
  /** Median milliseconds between samples by queue, in the order of `hourly.queues`; NaN for one sample or none. */
  samplingMs: Float64Array;
}

export interface TelemetryTable {
  hourly: HourlyDemand;
  inputs: InputFile[];
  quality: TelemetryQuality;
  warnings: string[];
}

/** Layouts of job accounting that `readJobs` knows. */
export type JobFormat = "columns" | "sacct" | "kueue" | "sagemaker" | "wandb";

/** Names of the job columns (format `columns`). */
export interface JobColumnNames {
  id: string;
  queue: string;
  submit: string;
  start: string;
  end: string;
  gpus: string;
  state?: string;
  user?: string;
  team?: string;
  gpu_model?: string;
}

export interface JobsOptions extends ReadOptions {
  files: string | readonly string[];
  /** Default `columns`. */
  format?: JobFormat;
  /** Needed by format `columns`; the other formats name their fields themselves. */
  columns?: JobColumnNames;
  /** IANA zone of the local times that `sacct` prints; needed by format `sacct`. */
  timeZone?: string;
  /** Epoch ms; jobs submitted later are refused. Default no check. */
  asOf?: number;
}

/** Jobs as typed columns, sorted by submit then id. */
export interface JobTable {
  id: string[];
  /** Names of the queues, sorted by code unit; `queue` holds positions in it. */
  queues: string[];
  queue: Int32Array;
  /** Epoch ms. */
  submit: Float64Array;
  /** Epoch ms; NaN when the job never started. */
  start: Float64Array;
  /** Epoch ms; NaN when it had not ended. */
  end: Float64Array;
  gpus: Float64Array;
  state?: (string | null)[];
  user?: (string | null)[];
  team?: (string | null)[];
  gpuModel?: (string | null)[];
}

/** A row that a foreign format's reader could not use. */
export interface RejectedRow {
  file: string;
  /** 1-based line or item. */
  line: number;
  field: string;
  reason: string;
}

export interface JobsQuality {
  rows: number;
  /** Jobs without an end, cut at `lastObservation`. */
  running: number;
  /** Jobs that ended without having started. */
  neverStarted: number;
  /** Epoch ms of the latest submit, start or end. */
  lastObservation: number;
  rejected: RejectedRow[];
}

export interface JobsResult {
  hourly: HourlyDemand;
  jobs: JobTable;
  inputs: InputFile[];
  quality: JobsQuality;
  warnings: string[];
}

/** A queue has `gpus` GPUs from an instant on, until its next entry. */
export interface CapacityEntry {
  queue: string;
  /** Epoch ms. */
  fromMs: number;
  gpus: number;
}

export interface CapacityTable {
  /** By queue (code unit), then time. */
  entries: CapacityEntry[];
  inputs: InputFile[];
}

/**
 * A column to write. TIMESTAMP data are epoch milliseconds (UTC), DECIMAL data decimal text of at most 18 decimals, exact;
 * null, undefined and NaN become null.
 */
export interface OutputColumn {
  name: string;
  type: "VARCHAR" | "DOUBLE" | "BIGINT" | "INTEGER" | "BOOLEAN" | "TIMESTAMP" | "DECIMAL";
  data: ArrayLike<string | number | bigint | boolean | null | undefined>;
}

export type TableFormat = "parquet" | "csv" | "json";
