import { compareUtf8 } from "../../core/compare-utf8.js";
import { CLOSE_REASONS, type CloseReason, type EventTable } from "../types.js";

/** Columns of a table of events. */
const WIDTH = 11;

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
  // The numbers of one event next to each other, in the order of COLUMNS.
  let numbers = new Float64Array(64 * WIDTH);
  let end = 0;

  return {
    add(event) {
      if (end === numbers.length) {
        const more = new Float64Array(2 * end);
        more.set(numbers);
        numbers = more;
      }
      numbers[end] = codeOf(triggers, event.trigger);
      numbers[end + 1] = codeOf(vehicles, event.vehicle);
      numbers[end + 2] = event.onsetTs;
      numbers[end + 3] = event.triggerTs;
      numbers[end + 4] = event.endTs;
      numbers[end + 5] = CLOSE_REASONS.indexOf(event.closeReason);
      numbers[end + 6] = event.nSamples;
      numbers[end + 7] = event.extreme;
      numbers[end + 8] = event.geofence === null ? -1 : codeOf(geofences, event.geofence);
      numbers[end + 9] = event.lat;
      numbers[end + 10] = event.lon;
      end += WIDTH;
    },
    table() {
      const [t, v, g] = [triggers, vehicles, geofences].map(sorted);
      for (let at = 0; at < end; at += WIDTH) {
        numbers[at] = t.rank[numbers[at]];
        numbers[at + 1] = v.rank[numbers[at + 1]];
        if (numbers[at + 8] >= 0) numbers[at + 8] = g.rank[numbers[at + 8]];
      }
      const compare = (a: number, b: number): number =>
        numbers[a] - numbers[b] || numbers[a + 1] - numbers[b + 1] || numbers[a + 2] - numbers[b + 2];
      const n = end / WIDTH;
      const order = new Float64Array(n).map((_, event) => event * WIDTH);
      // Those of one trigger mostly are in order.
      if (order.some((at, i) => i > 0 && compare(order[i - 1], at) > 0)) order.sort(compare);
      const gather = <T extends Float64Array | Int32Array | Uint8Array>(place: number, out: T): T => {
        for (let i = 0; i < n; i++) out[i] = numbers[order[i] + place];
        return out;
      };
      return {
        triggerIds: t.ids,
        trigger: gather(0, new Int32Array(n)),
        vehicleIds: v.ids,
        vehicle: gather(1, new Int32Array(n)),
        onsetTs: gather(2, new Float64Array(n)),
        triggerTs: gather(3, new Float64Array(n)),
        endTs: gather(4, new Float64Array(n)),
        closeReason: gather(5, new Uint8Array(n)),
        nSamples: gather(6, new Int32Array(n)),
        extreme: gather(7, new Float64Array(n)),
        geofenceIds: g.ids,
        geofence: gather(8, new Int32Array(n)),
        lat: gather(9, new Float64Array(n)),
        lon: gather(10, new Float64Array(n)),
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
