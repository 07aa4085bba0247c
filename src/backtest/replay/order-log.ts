import { compareUtf8 } from "../../core/compare-utf8.js";
import { InputError } from "../../core/errors.js";
import type { ColumnarLog } from "../types.js";

/** A log in order, and what was left out of it. */
export interface OrderedLog {
  log: ColumnarLog;
  /** Rows of a vehicle and time that came again later. */
  duplicates: number;
  /** Rows without a vehicle or a time. */
  dropped: number;
}

/**
 * Puts the rows of a log into the order of (vehicle id by UTF-8 bytes, time). Rows without a vehicle (a code below 0) or a
 * time (NaN) are dropped; of rows of one vehicle and time the last counts. Vehicle ids of the same text are one vehicle. A
 * log that is in order already is given back as it is.
 *
 * @param options.strict refuse a log that is not in order; without it (the default) it is ordered
 * @throws InputError if columns differ in length, a vehicle code is not among the ids, a time is not whole, or the order is
 * asked for and is not there
 */
export function orderLog(log: ColumnarLog, options: { strict?: boolean } = {}): OrderedLog {
  checkLengths(log);
  const { vehicleIds, ts } = log;
  const { vehicle, rank } = canonicalVehicles(log);
  const fault = firstOutOfPlace(vehicle, rank, ts);
  if (fault === ts.length)
    return { log: vehicle === log.vehicle ? log : { ...log, vehicle }, duplicates: 0, dropped: 0 };
  const rows = usedRows(vehicle, vehicleIds, ts);
  if (options.strict) checkOrder(rows, vehicle, vehicleIds, rank, ts);
  const kept = withoutDuplicates(sortRows(rows, vehicle, rank, ts), vehicle, ts);
  return {
    log: takeRows({ ...log, vehicle }, kept),
    ...{ duplicates: rows.length - kept.length, dropped: ts.length - rows.length },
  };
}

/** @throws InputError if the columns of a log differ in length */
export function checkLengths(log: ColumnarLog): void {
  const { vehicle, ts, lat, lon, signals } = log;
  for (const [name, column] of [...Object.entries({ vehicle, lat, lon }), ...Object.entries(signals)]) {
    if (column.length === ts.length) continue;
    throw new InputError(`column "${name}" of the log has ${column.length} rows, ts has ${ts.length}`, {
      column: name,
    });
  }
}

/** Codes of which no two have the same text, and the places of the codes by the bytes of their ids. */
function canonicalVehicles({ vehicle, vehicleIds }: ColumnarLog): { vehicle: Int32Array; rank: Int32Array } {
  const first = new Map<string, number>();
  for (const [code, id] of vehicleIds.entries()) if (!first.has(id)) first.set(id, code);
  const rank = new Int32Array(vehicleIds.length);
  for (const [place, id] of [...first.keys()].sort(compareUtf8).entries()) rank[first.get(id)!] = place;
  if (first.size === vehicleIds.length) return { vehicle, rank };
  const codes = Int32Array.from(vehicleIds, (id) => first.get(id)!);
  return { vehicle: vehicle.map((code) => codes[code] ?? code), rank };
}

/** The first row that must be looked at: out of order, again the same, or not usable. All rows: none. */
function firstOutOfPlace(vehicle: Int32Array, rank: Int32Array, ts: Float64Array): number {
  let place = -1;
  let row = 0;
  while (row < ts.length) {
    const code = vehicle[row];
    // Not a number for a code that is none.
    if (!(rank[code] > place)) return row;
    place = rank[code];
    let last = Number.NEGATIVE_INFINITY;
    for (; row < ts.length && vehicle[row] === code; row++) {
      const t = ts[row];
      if (!(t > last) || t - Math.floor(t) !== 0) return row;
      last = t;
    }
  }
  return row;
}

/** Rows with a vehicle and a time. */
function usedRows(vehicle: Int32Array, vehicleIds: readonly string[], ts: Float64Array): Uint32Array {
  const rows = new Uint32Array(ts.length);
  let used = 0;
  for (let row = 0; row < ts.length; row++) {
    if (vehicle[row] < 0 || Number.isNaN(ts[row])) continue;
    if (vehicle[row] >= vehicleIds.length) {
      throw new InputError(
        `row ${row} of the log: vehicle ${vehicle[row]} is not among its ${vehicleIds.length} vehicleIds`,
        {
          row,
        },
      );
    }
    if (!Number.isInteger(ts[row])) {
      throw new InputError(`row ${row} of the log: ts ${ts[row]} is not a whole number of milliseconds`, { row });
    }
    rows[used++] = row;
  }
  return rows.subarray(0, used);
}

function checkOrder(
  rows: Uint32Array,
  vehicle: Int32Array,
  vehicleIds: readonly string[],
  rank: Int32Array,
  ts: Float64Array,
): void {
  for (let i = 1; i < rows.length; i++) {
    const [before, row] = [rows[i - 1], rows[i]];
    const order = rank[vehicle[row]] - rank[vehicle[before]] || ts[row] - ts[before];
    if (order >= 0) continue;
    const name = (at: number): string => `vehicle "${vehicleIds[vehicle[at]]}" at ${ts[at]}`;
    throw new InputError(
      `row ${row} of the log: ${name(row)} comes after ${name(before)}; rows must be ordered by (vehicle_id, ts)`,
      { row, vehicle: vehicleIds[vehicle[row]] },
    );
  }
}

/** Sorts rows by (vehicle, time), of equal ones as they came: a counting sort by vehicle, then each vehicle's times. */
function sortRows(rows: Uint32Array, vehicle: Int32Array, rank: Int32Array, ts: Float64Array): Uint32Array {
  const starts = new Uint32Array(rank.length + 1);
  for (const row of rows) starts[rank[vehicle[row]] + 1]++;
  for (let place = 1; place < starts.length; place++) starts[place] += starts[place - 1];
  const next = starts.slice();
  const sorted = new Uint32Array(rows.length);
  for (const row of rows) sorted[next[rank[vehicle[row]]]++] = row;
  for (let place = 0; place + 1 < starts.length; place++) {
    const own = sorted.subarray(starts[place], starts[place + 1]);
    if (!own.every((row, i) => i === 0 || ts[own[i - 1]] <= ts[row])) own.sort((a, b) => ts[a] - ts[b] || a - b);
  }
  return sorted;
}

/** Of rows in order, the last of each vehicle and time. */
function withoutDuplicates(rows: Uint32Array, vehicle: Int32Array, ts: Float64Array): Uint32Array {
  const kept = new Uint32Array(rows.length);
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    const [row, next] = [rows[i], rows[i + 1]];
    if (i + 1 === rows.length || vehicle[next] !== vehicle[row] || ts[next] !== ts[row]) kept[count++] = row;
  }
  return kept.subarray(0, count);
}

function takeRows(log: ColumnarLog, rows: Uint32Array): ColumnarLog {
  const take = <Column extends Int32Array | Float64Array | Float32Array>(column: Column, to: Column): Column => {
    for (let i = 0; i < rows.length; i++) to[i] = column[rows[i]];
    return to;
  };
  const floats = (column: Float64Array): Float64Array => take(column, new Float64Array(rows.length));
  return {
    vehicle: take(log.vehicle, new Int32Array(rows.length)),
    vehicleIds: log.vehicleIds,
    ...{ ts: floats(log.ts), lat: floats(log.lat), lon: floats(log.lon) },
    signals: Object.fromEntries(
      Object.entries(log.signals).map(([name, column]) => [
        name,
        column instanceof Float32Array ? take(column, new Float32Array(rows.length)) : floats(column),
      ]),
    ),
  };
}
