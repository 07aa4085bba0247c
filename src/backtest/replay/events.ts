import { compareUtf8 } from "../../core/compare-utf8.js";
import { CLOSE_REASONS, type CloseReason, type EventTable } from "../types.js";

/** One event, for people; see {@link EventTable}. */
export interface EventRow {
  trigger: string;
  vehicle: string;
  onsetTs: number;
  triggerTs: number;
  endTs: number;
  closeReason: CloseReason;
  nSamples: number;
  extreme: number;
  geofence: string | null;
  lat: number;
  lon: number;
}

/** Takes events in any order, and gives their table. */
export interface EventCollector {
  add(event: EventRow): void;
  table(): EventTable;
}

/**
 * @param triggerIds those that the table names whether they have events or not; vehicles and geofences are named where they
 * have some
 */
export function createEventCollector(triggerIds: Iterable<string>): EventCollector {
  const triggers = new Map<string, number>();
  const vehicles = new Map<string, number>();
  const geofences = new Map<string, number>();
  for (const id of triggerIds) codeOf(triggers, id);
  const trigger: number[] = [];
  const vehicle: number[] = [];
  const onsetTs: number[] = [];
  const triggerTs: number[] = [];
  const endTs: number[] = [];
  const closeReason: number[] = [];
  const nSamples: number[] = [];
  const extreme: number[] = [];
  const geofence: number[] = [];
  const lat: number[] = [];
  const lon: number[] = [];

  return {
    add(event) {
      trigger.push(codeOf(triggers, event.trigger));
      vehicle.push(codeOf(vehicles, event.vehicle));
      onsetTs.push(event.onsetTs);
      triggerTs.push(event.triggerTs);
      endTs.push(event.endTs);
      closeReason.push(CLOSE_REASONS.indexOf(event.closeReason));
      nSamples.push(event.nSamples);
      extreme.push(event.extreme);
      geofence.push(event.geofence === null ? -1 : codeOf(geofences, event.geofence));
      lat.push(event.lat);
      lon.push(event.lon);
    },
    table() {
      const [t, v, g] = [triggers, vehicles, geofences].map(sorted);
      // A plain array: its sort takes rows that are in order already, as those of one trigger mostly are, as they come.
      const order = Array.from(trigger, (_, row) => row).sort(
        (a, b) =>
          t.rank[trigger[a]] - t.rank[trigger[b]] || v.rank[vehicle[a]] - v.rank[vehicle[b]] || onsetTs[a] - onsetTs[b],
      );
      const n = order.length;
      return {
        triggerIds: t.ids,
        trigger: gather(trigger, order, new Int32Array(n), t.rank),
        vehicleIds: v.ids,
        vehicle: gather(vehicle, order, new Int32Array(n), v.rank),
        onsetTs: gather(onsetTs, order, new Float64Array(n)),
        triggerTs: gather(triggerTs, order, new Float64Array(n)),
        endTs: gather(endTs, order, new Float64Array(n)),
        closeReason: gather(closeReason, order, new Uint8Array(n)),
        nSamples: gather(nSamples, order, new Int32Array(n)),
        extreme: gather(extreme, order, new Float64Array(n)),
        geofenceIds: g.ids,
        geofence: gather(geofence, order, new Int32Array(n), g.rank),
        lat: gather(lat, order, new Float64Array(n)),
        lon: gather(lon, order, new Float64Array(n)),
      };
    },
  };
}

/**
 * Brings the events of several replays of one policy, each of other vehicles, into one table, as if it had been one replay.
 */
export function mergeEvents(tables: readonly EventTable[]): EventTable {
  const collector = createEventCollector(tables.flatMap(({ triggerIds }) => triggerIds));
  for (const table of tables) for (let row = 0; row < table.trigger.length; row++) collector.add(eventAt(table, row));
  return collector.table();
}

/** The events of a table as objects. */
export function eventRows(table: EventTable): EventRow[] {
  return Array.from(table.trigger, (_, row) => eventAt(table, row));
}

function eventAt(table: EventTable, row: number): EventRow {
  return {
    trigger: table.triggerIds[table.trigger[row]],
    vehicle: table.vehicleIds[table.vehicle[row]],
    onsetTs: table.onsetTs[row],
    triggerTs: table.triggerTs[row],
    endTs: table.endTs[row],
    closeReason: CLOSE_REASONS[table.closeReason[row]],
    nSamples: table.nSamples[row],
    extreme: table.extreme[row],
    geofence: table.geofence[row] < 0 ? null : table.geofenceIds[table.geofence[row]],
    lat: table.lat[row],
    lon: table.lon[row],
  };
}

/** The column in another order; codes become ranks, those below 0 stay. */
function gather<T extends Float64Array | Int32Array | Uint8Array>(
  column: readonly number[],
  order: readonly number[],
  out: T,
  rank?: Int32Array,
): T {
  for (let i = 0; i < out.length; i++) {
    const value = column[order[i]];
    out[i] = rank === undefined || value < 0 ? value : rank[value];
  }
  return out;
}

function codeOf(codes: Map<string, number>, id: string): number {
  const known = codes.get(id);
  if (known !== undefined) return known;
  codes.set(id, codes.size);
  return codes.size - 1;
}

/** The ids by their UTF-8 bytes, and the place there of each code. */
function sorted(codes: ReadonlyMap<string, number>): { ids: string[]; rank: Int32Array } {
  const ids = [...codes.keys()].sort(compareUtf8);
  const rank = new Int32Array(ids.length);
  for (const [place, id] of ids.entries()) rank[codes.get(id)!] = place;
  return { ids, rank };
}
