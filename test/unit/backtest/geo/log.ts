import type { ColumnarLog, EventTable, LabelTable, MatchResult } from "../../../../src/backtest/types.js";

/** A row: vehicle, time in ms, latitude, longitude. */
export type Row = readonly [vehicle: string, ts: number, lat: number, lon: number];

/** A log without signals. */
export function logOf(rows: readonly Row[]): ColumnarLog {
  const vehicleIds = [...new Set(rows.map(([id]) => id))];
  return {
    vehicleIds,
    vehicle: Int32Array.from(rows, ([id]) => vehicleIds.indexOf(id)),
    ts: Float64Array.from(rows, ([, ts]) => ts),
    lat: Float64Array.from(rows, ([, , lat]) => lat),
    lon: Float64Array.from(rows, ([, , , lon]) => lon),
    signals: {},
  };
}

/** Rows of a log from one to before another, as a chunk of its own. */
export function chunk(log: ColumnarLog, from: number, to: number): ColumnarLog {
  return {
    vehicleIds: log.vehicleIds,
    vehicle: log.vehicle.slice(from, to),
    ts: log.ts.slice(from, to),
    lat: log.lat.slice(from, to),
    lon: log.lon.slice(from, to),
    signals: Object.fromEntries(Object.entries(log.signals).map(([name, values]) => [name, values.slice(from, to)])),
  };
}

/** Events at places; all that geography does not look at is 0. */
export function eventsAt(
  rows: readonly (readonly [trigger: string, vehicle: string, lat: number, lon: number])[],
): EventTable {
  const triggerIds = [...new Set(rows.map(([trigger]) => trigger))];
  const vehicleIds = [...new Set(rows.map(([, vehicle]) => vehicle))];
  const zeros = () => new Float64Array(rows.length);
  return {
    triggerIds,
    trigger: Int32Array.from(rows, ([trigger]) => triggerIds.indexOf(trigger)),
    vehicleIds,
    vehicle: Int32Array.from(rows, ([, vehicle]) => vehicleIds.indexOf(vehicle)),
    onsetTs: zeros(),
    triggerTs: zeros(),
    endTs: zeros(),
    closeReason: new Uint8Array(rows.length),
    nSamples: new Int32Array(rows.length),
    extreme: zeros(),
    geofenceIds: [],
    geofence: new Int32Array(rows.length).fill(-1),
    lat: Float64Array.from(rows, ([, , lat]) => lat),
    lon: Float64Array.from(rows, ([, , , lon]) => lon),
  };
}

/** Labels that last from `ts` to `ts`. */
export function labelsAt(rows: readonly (readonly [trigger: string, vehicle: string, ts: number])[]): LabelTable {
  const triggerIds = [...new Set(rows.map(([trigger]) => trigger))];
  const vehicleIds = [...new Set(rows.map(([, vehicle]) => vehicle))];
  const ts = Float64Array.from(rows, ([, , start]) => start);
  return {
    labelIds: rows.map((_, i) => `l${i}`),
    triggerIds,
    trigger: Int32Array.from(rows, ([trigger]) => triggerIds.indexOf(trigger)),
    vehicleIds,
    vehicle: Int32Array.from(rows, ([, vehicle]) => vehicleIds.indexOf(vehicle)),
    ts,
    endTs: ts,
    severity: null,
  };
}

export const matchOf = (labelOfEvent: readonly number[], eventOfLabel: readonly number[]): MatchResult => ({
  labelOfEvent: Int32Array.from(labelOfEvent),
  eventOfLabel: Int32Array.from(eventOfLabel),
  totalDistance: 0,
});
