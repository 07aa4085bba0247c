import type { Random } from "../../core/random.js";
import { bootstrapSums } from "./bootstrap-sums.js";
import type { ClusterCounts, Clusters } from "./clusters.js";
import { FEWEST_CLUSTERS } from "./metric-interval.js";
import type { Sums } from "./metrics.js";

/** Sums of a trigger over all clusters, and over those of every resample. */
export interface Tally {
  total: Sums;
  /** Empty where there are too few clusters for an interval. */
  resampled: Sums[];
}

/** Tallies of counts, all from the same resamples, in the order of the input. */
export function tallyClusters(
  clusters: Clusters,
  counts: readonly ClusterCounts[],
  random: Random,
  resamples: number,
): Tally[] {
  const columns = [clusters.km, clusters.vehicleDays, ...counts.flatMap((own) => COLUMNS.map((name) => own[name]))];
  const drawn = bootstrapSums(columns, random, clusters.size < FEWEST_CLUSTERS ? 0 : resamples);
  const totals = columns.map((column) => column.reduce((sum, value) => sum + value, 0));
  return counts.map((_, place) => {
    const take = (sumOf: (column: number) => number): Sums => {
      const [events, labels, hits, found] = COLUMNS.map((_, k) => sumOf(2 + place * COLUMNS.length + k));
      return { events, labels, hits, found, km: sumOf(0), vehicleDays: sumOf(1), days: clusters.days };
    };
    return {
      total: take((column) => totals[column]),
      resampled: Array.from(drawn[0], (_, resample) => take((column) => drawn[column][resample])),
    };
  });
}

const COLUMNS = Object.freeze(["events", "labels", "hits", "found"] as const);

/** Counts of all triggers together. */
export function poolCounts(clusters: Clusters, counts: readonly ClusterCounts[]): ClusterCounts {
  const pool = (name: (typeof COLUMNS)[number]) =>
    counts.reduce(
      (sum, own) => sum.map((value, cluster) => value + own[name][cluster]),
      new Float64Array(clusters.size),
    );
  return { events: pool("events"), labels: pool("labels"), hits: pool("hits"), found: pool("found") };
}
