import type { ColumnarLog, Exposure } from "../../../../src/backtest/index.js";

/** A row as a test writes it. */
export interface LogRow {
  vehicle?: string;
  ts: number;
  lat?: number;
  lon?: number;
}

export function columnarLog(rows: readonly LogRow[]): ColumnarLog {
  const vehicleIds = [...new Set(rows.map((row) => row.vehicle ?? "v"))];
  return {
    vehicle: Int32Array.from(rows, (row) => vehicleIds.indexOf(row.vehicle ?? "v")),
    vehicleIds,
    ts: Float64Array.from(rows, (row) => row.ts),
    lat: Float64Array.from(rows, (row) => row.lat ?? Number.NaN),
    lon: Float64Array.from(rows, (row) => row.lon ?? Number.NaN),
    signals: {},
  };
}

/** Rows in chunks of a given size, each with a dictionary of its own. */
export function inChunks(rows: readonly LogRow[], size: number): ColumnarLog[] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, k) =>
    columnarLog(rows.slice(k * size, (k + 1) * size)),
  );
}

/** Kilometres of each vehicle on each of its days (days since 1970). */
export function exposureOf(driven: Record<string, Record<number, number>>): Exposure {
  const rows = Object.entries(driven).flatMap(([id, days]) =>
    Object.entries(days).map(([day, km]) => ({ id, day: Number(day), km })),
  );
  const vehicleIds = Object.keys(driven);
  return {
    vehicleIds,
    vehicle: Int32Array.from(rows, ({ id }) => vehicleIds.indexOf(id)),
    day: Int32Array.from(rows, ({ day }) => day),
    metres: Float64Array.from(rows, ({ km }) => 1000 * km),
  };
}
