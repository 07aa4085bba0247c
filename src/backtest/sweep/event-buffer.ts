import type { EventTable } from "../types.js";

/** Events of one trigger at many thresholds that wait for their matching. */
export interface EventBuffer {
  size(): number;
  vehicleIds(): string[];
  clear(): void;
  add(value: number, vehicleId: string, onset: number, end: number): void;
  /** The events of each threshold that has some. Of their columns only those that matching reads are filled in. */
  tables(): Generator<[value: number, events: EventTable]>;
}

export function createEventBuffer(triggerId: string, values: number): EventBuffer {
  const codes = new Map<string, number>();
  const columns = { vehicle: [] as number[], onset: [] as number[], end: [] as number[] };
  const rows: number[][] = Array.from({ length: values }, () => []);

  return {
    size: () => columns.onset.length,
    vehicleIds: () => [...codes.keys()],
    clear() {
      codes.clear();
      for (const list of [...rows, ...Object.values(columns)]) list.length = 0;
    },
    add(value, vehicleId, onset, end) {
      const code = codes.get(vehicleId) ?? codes.size;
      codes.set(vehicleId, code);
      rows[value].push(columns.onset.length);
      columns.vehicle.push(code);
      columns.onset.push(onset);
      columns.end.push(end);
    },
    *tables() {
      const vehicleIds = [...codes.keys()];
      for (const [value, own] of rows.entries()) {
        if (own.length === 0) continue;
        const none = new Int32Array(own.length);
        const unknown = new Float64Array(own.length).fill(Number.NaN);
        const events: EventTable = {
          triggerIds: [triggerId],
          trigger: none,
          vehicleIds,
          vehicle: Int32Array.from(own, (row) => columns.vehicle[row]),
          onsetTs: Float64Array.from(own, (row) => columns.onset[row]),
          triggerTs: unknown,
          endTs: Float64Array.from(own, (row) => columns.end[row]),
          closeReason: new Uint8Array(own.length),
          nSamples: none,
          extreme: unknown,
          geofenceIds: [],
          geofence: none,
          lat: unknown,
          lon: unknown,
        };
        yield [value, events];
      }
    },
  };
}
