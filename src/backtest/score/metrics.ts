import { finiteOrNull } from "../../core/finite-or-null.js";

/** What the figures of a trigger are made of, summed over all clusters or over those of a resample. */
export interface Sums {
  events: number;
  labels: number;
  /** Events that have a label. */
  hits: number;
  /** Labels that have an event: as many as hits, but an event and its label may lie in different clusters. */
  found: number;
  km: number;
  vehicleDays: number;
  /** UTC dates with rows; the same in every resample. */
  days: number;
}

/** Figures that need no labels. */
export const VOLUME_METRICS = Object.freeze(["alerts_per_1000km", "alerts_per_vehicle_day", "alerts_per_day"] as const);

/** Figures that need labels. */
export const LABEL_METRICS = Object.freeze([
  "precision",
  "recall",
  "f1",
  "nuisance_per_1000km",
  "nuisance_per_vehicle_day",
  "miss_per_1000km",
  "miss_per_vehicle_day",
] as const);

export const METRICS = Object.freeze([...LABEL_METRICS, ...VOLUME_METRICS] as const);
export type Metric = (typeof METRICS)[number];

/**
 * The formulas. Not finite where a denominator is 0: precision without events, recall without labels, F1 = 2 tp / (2 tp +
 * fp + fn) without either, rates where nothing was driven.
 */
export const METRIC_OF: Readonly<Record<Metric, (sums: Sums) => number>> = Object.freeze({
  precision: ({ hits, events }) => hits / events,
  recall: ({ found, labels }) => found / labels,
  f1: ({ hits, found, events, labels }) => (hits + found) / (events + labels),
  nuisance_per_1000km: ({ events, hits, km }) => (1000 * (events - hits)) / km,
  nuisance_per_vehicle_day: ({ events, hits, vehicleDays }) => (events - hits) / vehicleDays,
  miss_per_1000km: ({ labels, found, km }) => (1000 * (labels - found)) / km,
  miss_per_vehicle_day: ({ labels, found, vehicleDays }) => (labels - found) / vehicleDays,
  alerts_per_1000km: ({ events, km }) => (1000 * events) / km,
  alerts_per_vehicle_day: ({ events, vehicleDays }) => events / vehicleDays,
  alerts_per_day: ({ events, days }) => events / days,
});

/** Whether a figure needs labels. */
export const needsLabels = (metric: Metric): boolean => (LABEL_METRICS as readonly Metric[]).includes(metric);

/** An object with one entry for every figure. */
export function byMetric<T>(make: (metric: Metric) => T): Record<Metric, T> {
  return Object.fromEntries(METRICS.map((metric) => [metric, make(metric)])) as Record<Metric, T>;
}

/** Counts and figures of a trigger, or of all together; null where undefined, or without labels. */
export type Figures = {
  events: number;
  labels: number | null;
  tp: number | null;
  fp: number | null;
  fn: number | null;
} & Record<Metric, number | null>;

/** Counts and figures of sums. */
export function figures(sums: Sums, hasLabels: boolean): Figures {
  const ifLabels = (value: number): number | null => (hasLabels ? value : null);
  return {
    events: sums.events,
    labels: ifLabels(sums.labels),
    tp: ifLabels(sums.found),
    fp: ifLabels(sums.events - sums.hits),
    fn: ifLabels(sums.labels - sums.found),
    ...byMetric((metric) => (needsLabels(metric) && !hasLabels ? null : finiteOrNull(METRIC_OF[metric](sums)))),
  };
}
