/**
 * Cost of a segment of a series, in units of twice the negative log-likelihood (a plain sum of squares for L2) up to a
 * constant of the series, so that one penalty scale serves every model. Segments are half open: [start, end).
 *
 * The searches are exact for costs that never fall when a segment grows, and whose parts never cost more than the
 * whole: so is every sum of losses that are not negative, at its best parameters.
 */
export interface SegmentCost {
  /** Cost of observations start … end−1; finite and never NaN when end − start ≥ minSize. */
  cost(start: number, end: number): number;
  /** Free parameters of a segment, p of `(p + 1) ln n`. */
  readonly parameters: number;
  /** Fewest observations of a segment for which the cost is defined. */
  readonly minSize: number;
}

/** One optimal segmentation of a penalty path. */
export interface PathEntry {
  /** Number of changes. */
  changes: number;
  /** Smallest penalty of the asked range for which this segmentation is optimal. */
  penalty: number;
  /** Cost without penalties. */
  cost: number;
  /** First observation of every segment but the first, ascending. */
  indices: Int32Array;
}

/** Segment models; `auto` chooses among them. */
export type ChangeModel =
  | "auto"
  | "mean"
  | "meanvar"
  | "variance"
  | "slope"
  | "slope-continuous"
  | "poisson"
  | "binomial"
  | "nonparametric"
  | "kernel";

/** What moved at a change. */
export type ChangeKind = "mean" | "slope" | "variance" | "count" | "distribution";

/** A named penalty, or the penalty of one change. */
export type Penalty = "auto" | "aic" | "bic" | "mbic" | number;

/** Options of `detect`. */
export interface DetectOptions {
  /** Segment model; default `auto`. */
  model?: ChangeModel;
  /** Penalty of a change; default `auto`. */
  penalty?: Penalty;
  /** Fewest observations of a segment; default the model's own. */
  minSize?: number;
  /** Season in observations, `auto` to look for one, `none` for none; default `auto`. */
  period?: "auto" | "none" | number;
  /** Level of the location intervals; default 0.95. */
  level?: number;
  /** Exposure (poisson) or trials (binomial) of every observation. */
  exposure?: Float64Array;
  /** Epoch milliseconds of every observation: candidates of the season come from their step. Default none. */
  times?: Float64Array;
  /** Whether the result lists the penalty path (CROPS); default false. */
  path?: boolean;
}

/** Statistics of the observations of a segment; NaN observations do not count. */
export interface SegmentStatistics {
  /** Observations. */
  n: number;
  mean: number | null;
  sd: number | null;
  /** Least-squares slope per observation. */
  slope: number | null;
}

/** One change. */
export interface Change {
  /** 0-based index of the first observation of the new segment. */
  index: number;
  /** First and last index of the location interval (both included). */
  ciLow: number;
  ciHigh: number;
  kind: ChangeKind;
  before: SegmentStatistics;
  after: SegmentStatistics;
  /** after − before in the units of the series: means, slopes per observation or standard deviations, by kind. */
  delta: number | null;
  /** delta / |before|, null when before is 0. */
  deltaRel: number | null;
  /** delta in standard deviations of the noise. */
  effectSd: number | null;
  /** Cost saved by the change, in the units of the penalty. */
  gain: number;
  /** AR-corrected likelihood-ratio p-value, Bonferroni over the location. */
  pValue: number;
  /** Posterior probability that there is a change. */
  probability: number;
  /** Which of several series moved: indices of the columns. Empty for one series. */
  dims: number[];
  /** Part of the gain that each of several series brings, one a column; 0 of those left out. Empty for one series. */
  gains: number[];
}

/** Result of `detect` for one series. */
export interface Detection {
  n: number;
  status: "ok" | "too-short" | "constant" | "all-missing";
  /** The model used (`auto` resolved). */
  model: Exclude<ChangeModel, "auto">;
  noise: {
    /** Standard deviation of the noise. */
    sigma: number;
    /** First autocorrelation of the noise. */
    phi: number;
    /** Season removed, in observations. */
    period: number | null;
  };
  /** Penalty of one change as used. */
  penalty: number;
  warnings: string[];
  changes: Change[];
  /** Single-point spikes, set aside in the search. */
  outliers: { index: number; value: number }[];
  path: { changes: number; penalty: number; cost: number }[];
}
