import type { Series } from "../core/series.js";
import type { Forecaster } from "./model.js";

export type { Series };

/**
 * How intervals come about, all from rolling origins inside the history: "pooled" split-conformal over all series
 * (symmetric), "asymmetric" the same on signed errors (in log space for positive series), "adaptive" pooled with a
 * coverage that each series learns from its own origins, "enbpi" each series' own errors alone; "auto" is pooled or
 * asymmetric, whichever has the better interval score at the panel's origins.
 */
export const INTERVAL_METHODS = ["auto", "pooled", "asymmetric", "adaptive", "enbpi"] as const;
export type IntervalMethod = (typeof INTERVAL_METHODS)[number];

/** Options of {@link forecast}; defaults are in `DEFAULT_FORECAST_OPTIONS`. */
export interface ForecastOptions {
  /** Steps ahead, ≥ 1. */
  horizon: number;
  /** Season lengths in steps, e.g. [24, 168] for hourly data; default none. */
  season?: number[];
  /** Interval levels in per cent; default [80, 95]. */
  levels?: number[];
  /** Extra quantiles in (0, 1); default none. */
  quantiles?: number[];
  /** Names of the models, or "auto" (default). */
  models?: readonly string[] | "auto";
  /** Seed of the sample paths; default 0. */
  seed?: number;
  /** Joint sample paths per series; default 0 (none). */
  paths?: number;
  /** Clip below at zero; "auto" (default) does so when the series' history is never negative. */
  nonNegative?: boolean | "auto";
  /** Holes of up to so many steps are interpolated; after a longer one the earlier history is left out; default 24. */
  maxGap?: number;
  /** How intervals are made; default "auto". */
  intervals?: IntervalMethod;
  /** Hand back the backtest errors of each series; default false. */
  keepErrors?: boolean;
  /** Models trained elsewhere; default none. */
  forecasters?: readonly Forecaster[];
  signal?: AbortSignal;
  onProgress?: (done: number, total: number, label: string) => void;
}

/** What the panel's origins say of a component on trial. */
export interface JoinTest {
  joined: boolean;
  /** Beside the others, or among the members of the first; null where it did not join. */
  as: "component" | "member" | null;
  /**
   * By how much the errors fall with it: (without − with) ÷ the mean of both, a mean over series. Null where nothing could be
   * compared.
   */
  gain: number | null;
  /** Standard error of the gain, over series and origins; null for a single forecast. */
  se: number | null;
  /** Series that were compared. */
  series: number;
  /** Origins, counted from the end of each series. */
  origins: number;
}

/** Forecast of one series. All arrays have `horizon` entries. */
export interface Forecast {
  id: string;
  /** Point forecast (the median combination). */
  mean: Float64Array;
  /** Lower and upper bounds by level in per cent. */
  lo: Record<number, Float64Array>;
  hi: Record<number, Float64Array>;
  /** Asked quantiles by probability. */
  quantiles: Record<number, Float64Array>;
  model: string;
  /** Weight of each member of the combination. */
  weights: Record<string, number>;
  warnings: string[];
  /** Whether each of the `forecasters` joined the panel's forecasts, by its name; only with `models: "auto"`. */
  joins?: Readonly<Record<string, JoinTest>>;
  /** Backtest errors (actual − point forecast), origins one after the other; only with `keepErrors`. */
  errors?: Float64Array;
  /** Joint sample paths, path-major: `data[path * horizon + h]`; path k belongs to the same future in every series. */
  paths?: { n: number; data: Float64Array };
}

/**
 * Joint sample paths of several queues over a common hourly grid.
 *
 * `data[q][path * horizon + h]`; path k of every queue belongs to the same future, so sums over queues are paths of
 * the total.
 */
export interface PathSet {
  ids: string[];
  /** Number of paths. */
  n: number;
  horizon: number;
  /** Epoch ms of the first forecast step and the length of a step. */
  start: number;
  stepMs: number;
  data: Float64Array[];
}

/** Planned work laid over the baseline paths; see forecast.md section 5. Times are ISO 8601 instants. */
export type Overlay =
  | { type: "hpo_wave"; queue: string; start: string; duration_hours: number; gpus: number }
  | {
      type: "hpo_trials";
      queue: string;
      start: string;
      trials: number;
      gpus_per_trial: number;
      hours_per_trial: number | { dist: "lognormal"; median: number; p90: number };
      parallel: number;
      /** Successive halving (Jamieson & Talwalkar 2016): keep 1/eta of the trials at each rung, eta times longer. */
      successive_halving?: { eta: number; rungs: number };
    }
  | {
      type: "retrain";
      queue: string;
      /** Cadence; absent when only alarms trigger. Alarms (a Poisson rate) come on top of the cadence. */
      every_hours?: number;
      start: string;
      gpus: number;
      duration_hours: number;
      jitter_hours?: number;
      trigger_rate_per_week?: number;
      drift_report?: string;
    }
  | { type: "scale"; queue: string; from: string; to: string; factor: number }
  | { type: "shift"; queue: string; to_queue: string; fraction: number; from: string; to: string }
  | { type: "capacity"; queue: string; from: string; to: string; gpus: number };

/** A named set of overlays, present in the given share of the paths (default 1). */
export interface Scenario {
  name: string;
  probability?: number;
  overlays: Overlay[];
}
