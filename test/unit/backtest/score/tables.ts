import type { EventTable, LabelTable } from "../../../../src/backtest/index.js";

/** An event as a test writes it: its trigger and vehicle, onset and end, and where it began. */
export interface EventRow {
  trigger?: string;
  vehicle?: string;
  onset: number;
  end?: number;
}

/** A label as a test writes it. */
export interface LabelRow {
  id?: string;
  trigger?: string;
  vehicle?: string;
  start: number;
  end?: number;
  severity?: string | null;
}

function encode(values: string[]): [string[], Int32Array] {
  const ids = [...new Set(values)];
  return [ids, Int32Array.from(values, (value) => ids.indexOf(value))];
}

export function eventTable(rows: readonly EventRow[]): EventTable {
  const [triggerIds, trigger] = encode(rows.map((row) => row.trigger ?? "brake"));
  const [vehicleIds, vehicle] = encode(rows.map((row) => row.vehicle ?? "v"));
  const n = rows.length;
  const onsetTs = Float64Array.from(rows, (row) => row.onset);
  return {
    triggerIds,
    trigger,
    vehicleIds,
    vehicle,
    onsetTs,
    triggerTs: onsetTs,
    endTs: Float64Array.from(rows, (row) => row.end ?? row.onset),
    closeReason: new Uint8Array(n),
    nSamples: new Int32Array(n).fill(1),
    extreme: new Float64Array(n).fill(Number.NaN),
    geofenceIds: [],
    geofence: new Int32Array(n).fill(-1),
    lat: new Float64Array(n).fill(Number.NaN),
    lon: new Float64Array(n).fill(Number.NaN),
  };
}

export function labelTable(rows: readonly LabelRow[]): LabelTable {
  const [triggerIds, trigger] = encode(rows.map((row) => row.trigger ?? "brake"));
  const [vehicleIds, vehicle] = encode(rows.map((row) => row.vehicle ?? "v"));
  return {
    labelIds: rows.map((row, k) => row.id ?? `label-${k}`),
    triggerIds,
    trigger,
    vehicleIds,
    vehicle,
    ts: Float64Array.from(rows, (row) => row.start),
    endTs: Float64Array.from(rows, (row) => row.end ?? row.start),
    severity: rows.some((row) => row.severity !== undefined) ? rows.map((row) => row.severity ?? null) : null,
  };
}
