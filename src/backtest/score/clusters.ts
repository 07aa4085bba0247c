import { InputError } from "../../core/errors.js";
import { DAY_MS } from "../../core/utc.js";
import type { EventTable, LabelTable, MatchResult } from "../types.js";
import type { Exposure } from "./exposure.js";

/** With fewer vehicles their days are the clusters. */
const FEWEST_VEHICLES = 10;

/** Labels, their pairs with the events of a run, and of each whether the log has data there (0 or 1). */
export interface ScoredLabels {
  table: LabelTable;
  match: MatchResult;
  covered: Uint8Array;
}

/** What is resampled as one: vehicles, or vehicle-days. */
export interface Clusters {
  unit: "vehicle" | "vehicle_day";
  size: number;
  vehicles: number;
  /** By cluster. */
  km: Float64Array;
  vehicleDays: Float64Array;
  /** Distinct UTC dates with rows, over all clusters. */
  days: number;
  /**
   * Cluster of a time of a vehicle; −1 for one that is left out.
   *
   * @throws InputError for a vehicle (or date) without rows
   */
  at(vehicleId: string, ts: number): number;
}

/** Counts of a trigger, by cluster; names as in the sums of metrics.ts. */
export type ClusterCounts = Record<"events" | "labels" | "hits" | "found", Float64Array>;

/**
 * The clusters of a log: every vehicle with rows, or with labels of the triggers, with events or not; of fewer than ten
 * vehicles every date of each.
 *
 * @param triggerIds whose labels count
 * @param keep which vehicles count; all by default
 */
export function createClusters(
  exposure: Exposure,
  labels: LabelTable | null,
  triggerIds: readonly string[],
  keep: (vehicleId: string) => boolean = () => true,
): Clusters {
  const scored = new Set(triggerIds);
  const labelled = labels
    ? Array.from(labels.trigger.keys())
        .filter((row) => scored.has(labels.triggerIds[labels.trigger[row]]))
        .map((row) => ({ id: labels.vehicleIds[labels.vehicle[row]], day: dayOf(labels.ts[row]) }))
    : [];
  const rows = [
    ...Array.from(exposure.vehicle, (code, row) => ({ id: exposure.vehicleIds[code], day: exposure.day[row] })),
    ...labelled,
  ].filter(({ id }) => keep(id));
  const vehicles = new Map([...new Set(rows.map(({ id }) => id))].map((id, place) => [id, place]));
  const unit = vehicles.size < FEWEST_VEHICLES ? "vehicle_day" : "vehicle";
  const keyOf = (id: string, day: number): number => {
    const vehicle = vehicles.get(id) ?? Number.NaN;
    return unit === "vehicle" ? vehicle : vehicle + FEWEST_VEHICLES * day;
  };
  const cells = new Map([...new Set(rows.map(({ id, day }) => keyOf(id, day)))].map((key, cell) => [key, cell]));

  function at(id: string, day: number): number {
    if (!keep(id)) return -1;
    const cell = cells.get(keyOf(id, day));
    if (cell !== undefined) return cell;
    throw new InputError(`vehicle ${id} has an event, but no rows on that date: give events and exposure of one log`, {
      vehicle: id,
    });
  }

  const own = Array.from(exposure.vehicle, (code, row) => at(exposure.vehicleIds[code], exposure.day[row]));
  const clusters: Clusters = {
    unit,
    size: cells.size,
    vehicles: vehicles.size,
    km: new Float64Array(cells.size),
    vehicleDays: new Float64Array(cells.size),
    days: new Set(exposure.day.filter((_, row) => own[row] >= 0)).size,
    at: (vehicleId, ts) => at(vehicleId, dayOf(ts)),
  };
  own.forEach((cluster, row) => {
    if (cluster < 0) return;
    clusters.km[cluster] += exposure.metres[row] / 1000;
    clusters.vehicleDays[cluster]++;
  });
  return clusters;
}

const dayOf = (ts: number): number => Math.floor(ts / DAY_MS);

/** Counts of each trigger by cluster, in the order of `triggerIds`: events by their onset, labels by their start. */
export function countByCluster(
  clusters: Clusters,
  triggerIds: readonly string[],
  events: EventTable,
  labels: ScoredLabels | null,
): ClusterCounts[] {
  const column = () => new Float64Array(clusters.size);
  const counts = triggerIds.map(() => ({ events: column(), labels: column(), hits: column(), found: column() }));
  const placeOf = new Map(triggerIds.map((id, place) => [id, place]));

  function tally(
    table: EventTable | LabelTable,
    ts: Float64Array,
    partner: Int32Array | undefined,
    [all, paired]: ["events", "hits"] | ["labels", "found"],
  ): void {
    for (let row = 0; row < ts.length; row++) {
      const own = counts[placeOf.get(table.triggerIds[table.trigger[row]]) ?? -1];
      if (own === undefined) continue;
      const cluster = clusters.at(table.vehicleIds[table.vehicle[row]], ts[row]);
      if (cluster < 0) continue;
      own[all][cluster]++;
      if (partner && partner[row] >= 0) own[paired][cluster]++;
    }
  }
  tally(events, events.onsetTs, labels?.match.labelOfEvent, ["events", "hits"]);
  if (labels) tally(labels.table, labels.table.ts, labels.match.eventOfLabel, ["labels", "found"]);
  return counts;
}
