import type { HourlyDemand, InputFile } from "../core/demand.js";
import type { Forecast, PathSet } from "../forecast/index.js";
import type { PlanFileInput } from "./plan-file.js";
import type { CapacityPlan } from "./plan-result.js";

/** A queue has `gpus` GPUs from an instant (epoch ms) on, until its next step. */
export interface CapacityStep {
  queue: string;
  fromMs: number;
  gpus: number;
}

/** Jobs as columns: for waits, packing and the simulated queue. Times are epoch ms; NaN where it did not happen (yet). */
export interface PlanJobs {
  queues: readonly string[];
  /** Positions in `queues`. */
  queue: ArrayLike<number>;
  submit: ArrayLike<number>;
  start: ArrayLike<number>;
  end: ArrayLike<number>;
  /** GPUs of the whole job; below 1 a share of one. */
  gpus: ArrayLike<number>;
}

/** What a plan is made of. Only `hourly` is needed: what else is missing makes its part of the plan absent. */
export interface PlanInput {
  hourly: HourlyDemand;
  /** Sections of the plan file; `version` and `demand` need not be there. */
  plan?: Omit<PlanFileInput, "version">;
  /** GPUs per queue over time; default the telemetry's own column, else the observed maximum. */
  capacity?: readonly CapacityStep[];
  jobs?: PlanJobs;
  /** Files that the input was read from, for provenance. */
  inputs?: readonly InputFile[];
  /** Exact duplicates that reading dropped; null when nobody counted. */
  duplicatesDropped?: number | null;
  /** What reading had to say. */
  warnings?: readonly string[];
}

/** Scores of one queue at one origin. */
export interface BacktestScore {
  id: string;
  wql: number;
  mase: number;
  coverage_80: number;
  coverage_95: number;
}

/** Rolling-origin scores of the automatic choice and of seasonal naive. */
export interface PlanBacktest {
  horizonHours: number;
  stepHours: number;
  origins: number;
  /** What the history did not allow, or null. */
  note: string | null;
  /** One row a queue and origin, for the models that were asked for. */
  chosen: readonly BacktestScore[];
  seasonalNaive: readonly BacktestScore[];
}

/** Forecasts made elsewhere, e.g. in worker threads. */
export interface PlanForecasts {
  /** One for each queue of the panel, with joint paths over the plan's horizon. */
  forecasts: readonly Forecast[];
  /** Queues whose forecast is seasonal naive because the backtest prefers it; default none. */
  fallbacks?: readonly string[];
  backtest: PlanBacktest | null;
}

/** Options of `planCapacity`; defaults are in `DEFAULT_PLAN_OPTIONS`. */
export interface PlanOptions {
  /** Joint sample paths; default 2000. */
  paths?: number;
  /** Models for the forecast; default "auto". */
  models?: readonly string[] | "auto";
  /** Epoch ms that the plan is dated with; default the end of the observations. */
  asOf?: number;
  /** Forecasts made elsewhere; default: `planCapacity` calls `forecast` itself. */
  forecasts?: PlanForecasts;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number, label: string) => void;
}

/** A text or number column; NaN and null are missing. */
export type PlanColumn = Float64Array | Uint8Array | (string | null)[];

/** Columns of the Parquet files, by name; times are epoch ms. */
export interface PlanTables {
  demand_hourly: Record<string, PlanColumn>;
  forecast_hourly: Record<string, PlanColumn>;
  forecast_weekly: Record<string, PlanColumn>;
  pools: Record<string, PlanColumn>;
  showback: Record<string, PlanColumn>;
}

/** The plan, the tables beside it, and the baseline's paths. */
export interface PlanOutcome {
  plan: CapacityPlan;
  tables: PlanTables;
  paths: PathSet;
}
