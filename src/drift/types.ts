/** A column of numbers: NaN is missing, ±Infinity is invalid; both are left out of statistics and counted. */
export interface NumericColumn {
  kind: "numeric";
  values: Float64Array;
}

/** A column of levels: codes into `levels`; a negative code is missing. */
export interface CategoricalColumn {
  kind: "categorical";
  codes: Int32Array;
  levels: readonly string[];
}

/** A column of instants, epoch milliseconds; never a feature. */
export interface TimeColumn {
  kind: "time";
  values: Float64Array;
}

export type DriftColumn = NumericColumn | CategoricalColumn | TimeColumn;

/** Columns of one length by name. A map, since names come from files. */
export interface DriftTable {
  rows: number;
  columns: ReadonlyMap<string, DriftColumn>;
  /** What was left out and why. */
  warnings?: readonly string[];
}

/** One side of a numeric cell whose values are at hand. */
export interface NumericSample {
  kind: "numeric";
  /** Rows, with missing and invalid ones. */
  n: number;
  /** Rows that are NaN, null or infinite. */
  missing: number;
  /** The finite values, in any order. */
  values: Float64Array;
  /** They are ascending, which pays where a sample is compared with many. */
  sorted?: boolean;
}

/** One side of a categorical cell. */
export interface LevelSample {
  kind: "categorical";
  n: number;
  missing: number;
  /** Rows by level. */
  counts: ReadonlyMap<string, number>;
}

export const CORRECTIONS = Object.freeze(["bh", "by", "holm", "none"] as const);
export type Correction = (typeof CORRECTIONS)[number];
export type Verdict = "drift" | "stable" | "inconclusive";

/** An effect with its confidence interval (level 1 − alpha) beside the threshold that it is held against. */
export interface Effect {
  name: "ks_d" | "tvd" | "missing_rate";
  value: number | null;
  lower: number | null;
  upper: number | null;
  threshold: number;
}

/** Part of the current rows, half-open, ISO 8601 UTC. */
export interface DriftWindow {
  start: string;
  end: string;
}

export interface DriftOptions {
  /** Significance level, default 0.05. */
  alpha?: number;
  /** How p-values of all cells of a run are adjusted together, default Benjamini & Hochberg. */
  correction?: Correction;
  /** Rows that each side must have for a verdict, default 30. */
  minN?: number;
  /** Least effect that counts as drift, default 0.05; per feature in `thresholds`. */
  threshold?: number;
  thresholds?: Readonly<Record<string, number>>;
  /** Test and effect only, or every statistic. */
  stats?: "default" | "all";
  /** Bins of the population stability index: deciles of the reference, or those of Evidently. */
  psi?: "deciles" | "evidently";
  /** Categorical columns whose values are looked at one by one; no features themselves. */
  slices?: readonly string[];
  /** Time column and length of the windows that the current rows are cut into, aligned to the epoch in UTC. */
  time?: string;
  windowMs?: number;
  /** Seed of what is drawn at random (permutations, folds, bootstrap), default 0. */
  seed?: number;
}

export const DEFAULT_DRIFT_OPTIONS = Object.freeze({
  alpha: 0.05,
  correction: "bh" as Correction,
  minN: 30,
  threshold: 0.05,
  stats: "default" as "default" | "all",
  psi: "deciles" as "deciles" | "evidently",
  slices: Object.freeze([]) as readonly string[],
  seed: 0,
});
