import { DAY_MS } from "../../core/utc.js";
import { type ClusterCounts, type Clusters, createClusters } from "../score/clusters.js";
import type { Exposure } from "../score/exposure.js";
import type { Sums } from "../score/metrics.js";
import type { LabelTable } from "../types.js";
import type { SweepTally } from "./sweep-tally.js";

/** What a sweep is scored with, besides its counts. */
export interface SweepScope {
  triggerId: string;
  /** Of whatever triggers; null without labels. */
  labels: LabelTable | null;
  /** Null where it is not known: rates are undefined then. */
  exposure: Exposure | null;
}

/** Counts of a sweep in the clusters of the bootstrap. */
export interface SweepCounts {
  clusters: Clusters;
  /** By cluster, with the threshold at that place. */
  at(value: number): ClusterCounts;
  /** Sums over all clusters. */
  sums(value: number): Sums;
}

/**
 * Brings the counts of a sweep into clusters. All labels of the trigger count, also those of vehicles without rows or events.
 *
 * @param keep which vehicles count
 */
export function sweepCounts(
  tally: SweepTally,
  { triggerId, labels, exposure }: SweepScope,
  keep: (vehicleId: string) => boolean,
): SweepCounts {
  const { vehicleIds, vehicle, day } = tally;
  const driven = exposure ?? { vehicleIds, vehicle, day, metres: new Float64Array(day.length) };
  const clusters = createClusters(driven, labels, [triggerId], keep);
  const rows = Array.from(vehicle, (code, row) => clusters.at(vehicleIds[code], day[row] * DAY_MS));
  const labelled = new Float64Array(clusters.size);
  labels?.vehicle.forEach((code, row) => {
    if (labels.triggerIds[labels.trigger[row]] !== triggerId) return;
    const cluster = clusters.at(labels.vehicleIds[code], labels.ts[row]);
    if (cluster >= 0) labelled[cluster]++;
  });

  function column(name: "events" | "hits" | "found", value: number): Float64Array {
    const sums = new Float64Array(clusters.size);
    rows.forEach((cluster, row) => {
      if (cluster >= 0) sums[cluster] += tally.counts[row][name][value];
    });
    return sums;
  }

  const at = (value: number): ClusterCounts => ({
    events: column("events", value),
    hits: column("hits", value),
    found: column("found", value),
    labels: labelled,
  });
  return {
    clusters,
    at,
    sums(value) {
      const { events, hits, found } = at(value);
      const [km, vehicleDays] = exposure ? [total(clusters.km), total(clusters.vehicleDays)] : [0, 0];
      const days = exposure ? clusters.days : 0;
      return {
        ...{ events: total(events), labels: total(labelled), hits: total(hits), found: total(found) },
        ...{ km, vehicleDays, days },
      };
    },
  };
}

function total(column: Float64Array): number {
  return column.reduce((sum, value) => sum + value, 0);
}
