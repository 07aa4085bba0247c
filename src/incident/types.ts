/** A key figure over time, ascending in time. */
export interface Kpi {
  /** Epoch milliseconds of every row. */
  times: Float64Array;
  /** Value of every row; NaN is missing. A rate of the requests when these are given and all values lie in 0..1. */
  values: Float64Array;
  /** Requests behind every row, when known. */
  requests?: Float64Array;
}

/** A listed change of the platform. */
export interface ChangeEvent {
  eventId: string;
  /** Epoch milliseconds. */
  time: number;
  /** End of a rollout, epoch milliseconds. */
  endTime?: number;
  kind: EventKind;
  /** What was changed, for example a service or a model. */
  target: string;
  /** Slice it can reach, as `dim=value`. */
  scope?: Readonly<Record<string, string>>;
  description?: string;
}

/** Kinds of events with a lag density of their own; anything else is `other`. */
export type EventKind = "code" | "config" | "model" | "flag" | "data" | "map" | "infra" | "other";

/** The first bad time of an incident. Times are epoch milliseconds. */
export interface FirstBad {
  /** Row of the KPI that is most probably the first bad one, and its time. */
  index: number;
  time: number;
  /** Interval of the onset: from the start of the first to the end of the last row that it may lie in. */
  timeLow: number;
  timeHigh: number;
  level: number;
  kind: "step" | "ramp";
  direction: "up" | "down";
  /** Rows the first bad one may be, ascending, and their probabilities (they sum to 1). */
  posterior: { indices: Int32Array; weights: Float64Array };
  /** The same in finer steps: spans of time the onset may lie in, ascending, and their probabilities. */
  onset: { starts: Float64Array; ends: Float64Array; weights: Float64Array };
  /** First good row after the incident; null when it lasts to the end. */
  recovered: { index: number; time: number; timeLow: number; timeHigh: number; level: number } | null;
  /** What every row would have been without the incident (season and level of the time before). */
  expected: Float64Array;
  /** Standard deviation of a row around `expected`. */
  noise: Float64Array;
  /** Variance of a sum of many rows' noise over what it would be if the rows were independent; at least 1. */
  inflation: number;
  /** Variance of `expected` itself, on average over the day. */
  expectedVariance: number;
}

/** A listed event with its share of the blame. */
export interface RankedEvent {
  eventId: string;
  rank: number;
  posterior: number;
  /** First bad time minus the event's time, seconds. */
  lagSeconds: number;
  kind: EventKind;
  /** The rank in words. */
  why: string;
}

/** All events, and how likely it is that none of them did it. Posteriors sum to 1. */
export interface RankedEvents {
  events: RankedEvent[];
  noListedEventPosterior: number;
}

/** Rows of counts by dimensions. */
export interface SliceTable {
  /** Epoch milliseconds of every row. */
  times: Float64Array;
  /** Dimensions: codes of every row into `values`; a negative code is a missing value. */
  dimensions: { name: string; codes: Int32Array; values: readonly string[] }[];
  /** Bad requests or an amount, never negative; NaN is missing. */
  value: Float64Array;
  /** Total of every row (requests); ones when the KPI is additive. */
  weight: Float64Array;
}

/** A slice that carries the incident. */
export interface Slice {
  rank: number;
  where: Record<string, string>;
  /** 0..1, larger explains better with fewer words. */
  score: number;
  /** Share of the KPI's movement the slice explains. */
  explainedShare: number;
  /** Rate (or amount) expected from the time before, and during the incident; NaN without traffic then. */
  before: number;
  after: number;
  delta: number;
  /** Share of the weight during the incident; of the amount when the KPI is additive. */
  weight: number;
  /** The same share as expected from the time before. */
  weightBefore: number;
  /** p-value that the slice did not move, Benjamini-Hochberg adjusted over the slices looked at. */
  pValue: number;
  /** Whether the slice itself got worse, or traffic moved to or from it. */
  kind: "rate" | "mix";
}
