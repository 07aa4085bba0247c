import { finiteOrNull } from "../../core/finite-or-null.js";
import { type Interval, percentileInterval } from "../score/metric-interval.js";
import { METRIC_OF, type Metric, type Sums } from "../score/metrics.js";
import type { Tally } from "../score/tally-clusters.js";
import type { Arm, Cohort } from "./arm.js";

/** What sets the canary apart from the control, as value and interval. */
export interface CohortContrasts {
  /** Alerts per 1000 km, canary ÷ control; null where the control has none. */
  rate_ratio_per_1000km: Contrast;
  rate_ratio_per_vehicle_day: Contrast;
  /** Alerts per 1000 km, canary − control. */
  rate_difference_per_1000km: Contrast;
  rate_difference_per_vehicle_day: Contrast;
  /** Canary − control; null without labels. */
  precision_difference: Contrast;
  recall_difference: Contrast;
}

/** A contrast with its interval and what it was made from. */
export interface Contrast extends Interval {
  value: number | null;
  clusters: Record<Cohort, number>;
  cluster_unit: Record<Cohort, "vehicle" | "vehicle_day">;
  events: Record<Cohort, number>;
  /** Null without labels. */
  labels: Record<Cohort, number> | null;
}

/** Something computed from the sums of canary and control. */
export type Compare = (canary: Sums, control: Sums) => number;

export const ratioOf =
  (metric: Metric): Compare =>
  (canary, control) =>
    METRIC_OF[metric](canary) / METRIC_OF[metric](control);
export const differenceOf =
  (metric: Metric): Compare =>
  (canary, control) =>
    METRIC_OF[metric](canary) - METRIC_OF[metric](control);

/** Every contrast of one tally (a trigger, or all together). */
export function contrastCohorts(
  canary: Arm,
  control: Arm,
  place: number,
  hasLabels: boolean,
  confidence: number,
): CohortContrasts {
  const [own, other] = [canary.tallies[place], control.tallies[place]];
  const basis = {
    clusters: { canary: canary.clusters.size, control: control.clusters.size },
    cluster_unit: { canary: canary.clusters.unit, control: control.clusters.unit },
    events: { canary: own.total.events, control: other.total.events },
    labels: hasLabels ? { canary: own.total.labels, control: other.total.labels } : null,
  };
  const contrast = (compare: Compare): Contrast => ({
    value: finiteOrNull(compare(own.total, other.total)),
    ...percentileInterval(resampledContrast(own, other, compare), confidence, fewestClusters(canary, control)),
    ...basis,
  });
  const ofLabels = (compare: Compare): Contrast =>
    hasLabels
      ? contrast(compare)
      : { value: null, lower: null, upper: null, confidence, reason: "no labels", ...basis };
  return {
    rate_ratio_per_1000km: contrast(ratioOf("alerts_per_1000km")),
    rate_ratio_per_vehicle_day: contrast(ratioOf("alerts_per_vehicle_day")),
    rate_difference_per_1000km: contrast(differenceOf("alerts_per_1000km")),
    rate_difference_per_vehicle_day: contrast(differenceOf("alerts_per_vehicle_day")),
    precision_difference: ofLabels(differenceOf("precision")),
    recall_difference: ofLabels(differenceOf("recall")),
  };
}

/** A contrast in every resample: the cohorts are drawn apart, so resample k of one goes with resample k of the other. */
export function resampledContrast(canary: Tally, control: Tally, compare: Compare): Float64Array {
  const size = Math.min(canary.resampled.length, control.resampled.length);
  return Float64Array.from({ length: size }, (_, k) => compare(canary.resampled[k], control.resampled[k]));
}

export const fewestClusters = (canary: Arm, control: Arm): number =>
  Math.min(canary.clusters.size, control.clusters.size);
