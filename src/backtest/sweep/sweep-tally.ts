import { compareUtf8 } from "../../core/compare-utf8.js";

/** Counts of one vehicle and day at each value: events, those of them with a label, and labels with an event. */
interface Counts {
  events: Int32Array;
  hits: Int32Array;
  found: Int32Array;
}

/**
 * Counts of a sweep by vehicle and UTC day: events by their onset, labels by their start. One row a vehicle and day that counts
 * anything, in the order of (vehicle id by UTF-8 bytes, day).
 */
export interface SweepTally {
  /** Thresholds, ascending. */
  values: Float64Array;
  vehicleIds: readonly string[];
  /** Place in `vehicleIds`. */
  vehicle: Int32Array;
  /** Days since 1970-01-01. */
  day: Int32Array;
  counts: Counts[];
}

/** Counts that grow. */
export interface TallyBuilder {
  /** The counts of a vehicle and day. */
  of(vehicleId: string, day: number): Counts;
  tally(): SweepTally;
}

export function createTally(values: Float64Array): TallyBuilder {
  const column = (): Int32Array => new Int32Array(values.length);
  const vehicles = new Map<string, Map<number, Counts>>();
  return {
    of(vehicleId, day) {
      const days = vehicles.get(vehicleId) ?? new Map<number, Counts>();
      const counts = days.get(day) ?? { events: column(), hits: column(), found: column() };
      vehicles.set(vehicleId, days.set(day, counts));
      return counts;
    },
    tally() {
      const vehicleIds = [...vehicles.keys()].sort(compareUtf8);
      const rows = vehicleIds.flatMap((id, vehicle) =>
        [...(vehicles.get(id) ?? [])].sort(([a], [b]) => a - b).map(([day, counts]) => ({ vehicle, day, counts })),
      );
      return {
        values,
        vehicleIds,
        vehicle: Int32Array.from(rows, ({ vehicle }) => vehicle),
        day: Int32Array.from(rows, ({ day }) => day),
        counts: rows.map(({ counts }) => counts),
      };
    },
  };
}

/** Puts together the tallies of one sweep over several parts of the vehicles, in any order; at least one. */
export function mergeTallies(tallies: readonly SweepTally[]): SweepTally {
  const merged = createTally(tallies[0].values);
  for (const { vehicleIds, vehicle, day, counts } of tallies) {
    counts.forEach((part, row) => {
      const total = merged.of(vehicleIds[vehicle[row]], day[row]);
      for (const name of ["events", "hits", "found"] as const) {
        for (let v = 0; v < part[name].length; v++) total[name][v] += part[name][v];
      }
    });
  }
  return merged.tally();
}
