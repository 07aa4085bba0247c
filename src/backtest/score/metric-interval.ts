import { quantileSorted } from "../../core/statistics.js";
import { type Metric, needsLabels } from "./metrics.js";

/** Fewer clusters tell nothing about the spread between them. */
export const FEWEST_CLUSTERS = 5;

/** What stands beside every interval: what it was made from. */
export interface IntervalBasis {
  clusters: number;
  cluster_unit: "vehicle" | "vehicle_day";
  events: number;
  /** Null without labels. */
  labels: number | null;
}

/** Percentile interval. */
export interface Interval {
  lower: number | null;
  upper: number | null;
  confidence: number;
  /** Why there is none; null where there is one. */
  reason: string | null;
}

/** Interval of a figure by the cluster bootstrap, and what it was made from. */
export type MetricInterval = Interval & IntervalBasis;

/**
 * Percentile interval of resampled values (Efron 1981). There is none of fewer than {@link FEWEST_CLUSTERS} clusters, nor
 * where the figure is undefined in a larger share of the resamples than the two tails hold: the tails are then not known.
 *
 * Of few clusters it is too narrow (bench/backtest-score.ts measures how much), and where every cluster gives the same
 * figure, as a precision of 1, it has no width at all: the counts beside it tell how far to trust it.
 *
 * @param values of all resamples, not finite where undefined
 */
export function percentileInterval(values: Float64Array, confidence: number, clusters: number): Interval {
  const none = (reason: string): Interval => ({ lower: null, upper: null, confidence, reason });
  if (clusters < FEWEST_CLUSTERS) return none(`too few clusters: ${clusters}, and ${FEWEST_CLUSTERS} are needed`);
  const defined = values.filter(Number.isFinite).sort();
  if (defined.length === 0) return none("not defined in any resample");
  if (defined.length < confidence * values.length)
    return none(`undefined in ${values.length - defined.length} of ${values.length} resamples`);
  const [lower, upper] = [(1 - confidence) / 2, (1 + confidence) / 2].map((p) => quantileSorted(defined, p));
  return { lower, upper, confidence, reason: null };
}

/** Interval of a figure of one fleet; of one that needs labels there is none without them. */
export function metricInterval(
  metric: Metric,
  values: Float64Array,
  confidence: number,
  basis: IntervalBasis,
): MetricInterval {
  if (needsLabels(metric) && basis.labels === null)
    return { lower: null, upper: null, confidence, reason: "no labels", ...basis };
  return { ...percentileInterval(values, confidence, basis.clusters), ...basis };
}
