import { availableParallelism } from "node:os";
import { join } from "node:path";
import { orderLog } from "../../backtest/replay/order-log.js";
import type { ColumnarLog } from "../../backtest/types.js";
import type { InputFile } from "../../core/demand.js";
import { InputError } from "../../core/errors.js";
import { CHUNK_ROWS } from "../../engine/duckdb.js";
import { cellError } from "../column-sql.js";
import { placeOf } from "../place-of.js";
import { withTable } from "../read-table.js";
import type { SqlTable } from "../sql-table.js";
import type { ReadOptions } from "../types.js";
import { type LaidOut, layOut, ownMemory, sharedMemory } from "./lay-out.js";
import { type LogColumns, logColumns, MOST_MS } from "./log-columns.js";
import { type SpilledRows, spillRows } from "./spill-rows.js";
import { type VehicleCodes, vehicleCodes } from "./vehicle-codes.js";

/** Options of {@link withLogs}. */
export interface ReadLogsOptions extends ReadOptions {
  /** Columns to read besides vehicle, time and position. */
  signals: readonly string[];
  /** Refuse rows that are not in the order of (vehicle id by UTF-8 bytes, time); default false. */
  strictOrder?: boolean;
  /** Rows of a chunk, about: it holds whole vehicles. Default 524,288. */
  chunkRows?: number;
  /** Rows beyond so many bytes wait in a file. Default 384 MB. */
  bufferBytes?: number;
  onProgress?: (rows: number, all: number) => void;
}

export const DEFAULT_READ_LOGS_OPTIONS = Object.freeze({ chunkRows: 2 ** 19, bufferBytes: 384 * 2 ** 20 });

/** What became of the rows. */
export interface LogCounts {
  /** Rows of the files. */
  rows: number;
  /** Rows in whose place a later one of the same vehicle and time was taken. */
  duplicates: number;
  /** Rows without a vehicle or a time. */
  dropped: number;
  /** Rows whose position is out of bounds, and was left out. */
  misplaced: number;
  /** Time of the last row, epoch ms; −Infinity where there is none. */
  lastTs: number;
}

/** Fleet logs that are being read. */
export interface FleetLogs {
  inputs: InputFile[];
  /** Whether there are columns of positions. */
  positions: boolean;
  /** Whole vehicles at a time, in the order of their ids' UTF-8 bytes, rows as {@link ColumnarLog} has them. */
  chunks(): AsyncGenerator<ColumnarLog>;
  /** Complete once the last chunk was taken. */
  counts: LogCounts;
}

/** Memory of the engine, through which rows only pass. */
const MEMORY = "256MB";

/**
 * Reads fleet logs (Parquet, CSV, JSON, Arrow IPC; a file, several, a directory or a glob) of any size: `vehicle_id`, `ts`,
 * `lat` and `lon` where the files have them, and signals. Files count in the order of their paths, then rows in theirs.
 * Of rows of one vehicle and time the last counts. Rows that memory does not hold wait in a temporary file by
 * vehicle, so memory does not grow with the rows, but with those of the largest vehicle.
 *
 * @throws InputError naming file and column, and the row where one is at fault
 */
export async function withLogs<T>(
  input: string | readonly string[],
  options: ReadLogsOptions,
  work: (logs: FleetLogs) => Promise<T>,
): Promise<T> {
  const { signals, threads = Math.min(8, availableParallelism()) } = options;
  const columns = ["vehicle_id", "ts", ...signals];
  const read = { memory: MEMORY, ...options, threads, columns, optional: ["lat", "lon"], unify: true };
  return withTable(input, read, async (table) => {
    const sql = await logColumns(table, signals, options);
    // Files are hashed while the engine works.
    const [inputs, vehicles] = await Promise.all([table.inputs(), vehicleCodes(table, sql, options)]);
    const rows = inputs.reduce((sum, file) => sum + file.rows, 0);
    const counts: LogCounts = { rows, duplicates: 0, dropped: 0, misplaced: 0, lastTs: Number.NEGATIVE_INFINITY };
    const source: Source = { table, sql, inputs, vehicles, counts, options };
    return work({ inputs, positions: sql.position.length > 0, counts, chunks: () => chunksOf(source) });
  });
}

interface Source {
  table: SqlTable;
  sql: LogColumns;
  inputs: InputFile[];
  vehicles: VehicleCodes;
  counts: LogCounts;
  options: ReadLogsOptions;
}

/** Takes rows, all with a vehicle and a time. */
type Sink = (rows: number, codes: Int32Array, columns: readonly Float64Array[]) => void;

async function* chunksOf(source: Source): AsyncGenerator<ColumnarLog> {
  const { table, sql, vehicles, options } = source;
  const { chunkRows, bufferBytes } = { ...DEFAULT_READ_LOGS_OPTIONS, ...options };
  const width = 1 + sql.position.length + sql.signals.length;
  const groups = groupVehicles(vehicles.rows, chunkRows);
  const count = vehicles.ids.length;
  if (source.counts.rows * 8 * width <= bufferBytes || groups.length < 2) {
    const all = layOut(vehicles.rows, 0, count, width, sharedMemory);
    await scan(source, all.add);
    for (const { from, to } of groups) yield ordered(source, all, from, to);
    return;
  }
  const spilled = spillRows(join(table.engine.scratch, "logs"), groups.length, width);
  try {
    await scan(source, intoGroups(spilled, groups, count));
    for (const [g, { from, to }] of groups.entries()) {
      options.signal?.throwIfAborted();
      const some = layOut(vehicles.rows, from, to, width, ownMemory);
      spilled.read(g, some.add);
      yield ordered(source, some, from, to);
    }
  } finally {
    spilled.close();
  }
}

/** Vehicles next to each other with together at most so many rows, or one with more. */
function groupVehicles(rows: Float64Array, most: number): { from: number; to: number }[] {
  const groups: { from: number; to: number }[] = [];
  let sum = Number.POSITIVE_INFINITY;
  for (let i = 0; i < rows.length; i++) {
    sum += rows[i];
    if (sum > most) {
      groups.push({ from: i, to: i });
      sum = rows[i];
    }
    groups[groups.length - 1].to = i + 1;
  }
  return groups;
}

function intoGroups(spilled: SpilledRows, groups: readonly { from: number; to: number }[], vehicles: number): Sink {
  const groupOf = new Int32Array(vehicles);
  for (const [g, { from, to }] of groups.entries()) groupOf.fill(g, from, to);
  const places = new Int32Array(CHUNK_ROWS);
  return (rows, codes, columns) => {
    for (let i = 0; i < rows; i++) places[i] = groupOf[codes[i]];
    spilled.add(rows, places, codes, columns);
  };
}

/** Reads all rows in the order of the files and gives those with a vehicle and a time to `sink`. */
async function scan({ table, sql, vehicles, counts, inputs, options }: Source, sink: Sink): Promise<void> {
  const { signal, onProgress, strictOrder } = options;
  const hashes = new BigUint64Array(CHUNK_ROWS);
  const codes = new Int32Array(CHUNK_ROWS);
  const wanted = [sql.ts, ...sql.position, ...sql.signals];
  const columns = wanted.map(() => new Float64Array(CHUNK_ROWS));
  const check = rowCheck(inputs, strictOrder ? vehicles.ids : null);
  const query = { sql: `SELECT hash(${sql.vehicle}), ${wanted.join(", ")} FROM ${table.relation}` };
  let seen = 0;
  for await (const rows of table.engine.fillChunks(query, [hashes, ...columns], { signal })) {
    vehicles.encode(new Uint32Array(hashes.buffer), rows, codes);
    const kept = check(rows, seen, codes, columns[0]);
    if (kept < rows) {
      counts.dropped += rows - kept;
      withoutDropped(rows, codes, columns);
    }
    sink(kept, codes, columns);
    seen += rows;
    onProgress?.(seen, counts.rows);
  }
}

/**
 * Looks at the times of rows, `before` others having come, and gives a vehicle of −1 to those without a time.
 *
 * @param vehicles where disorder is refused, their ids
 * @returns how many rows have both
 */
function rowCheck(
  inputs: readonly InputFile[],
  vehicles: readonly string[] | null,
): (rows: number, before: number, codes: Int32Array, ts: Float64Array) => number {
  let last = { code: -1, t: Number.NEGATIVE_INFINITY };
  return (rows, before, codes, ts) => {
    let kept = 0;
    for (let i = 0; i < rows; i++) {
      const t = ts[i];
      if (Number.isNaN(t)) codes[i] = -1;
      const code = codes[i];
      if (code < 0) continue;
      kept++;
      if (!(Math.abs(t) <= MOST_MS)) {
        const found = { ...placeOf(inputs, before + i), values: { ts: String(t) } };
        throw cellError(found, { name: "ts" }, `epoch milliseconds within ±${MOST_MS}`);
      }
      if (!vehicles) continue;
      if (code < last.code || (code === last.code && t < last.t)) {
        const name = (at: typeof last) => `vehicle ${JSON.stringify(vehicles[at.code])} at ${at.t}`;
        throw disorder(placeOf(inputs, before + i), name({ code, t }), name(last));
      }
      last = { code, t };
    }
    return kept;
  };
}

function disorder({ file, row }: { file: string; row: number }, what: string, latest: string): InputError {
  return new InputError(
    `${file} row ${row}: column "ts": ${what} comes after ${latest}; sort the rows by vehicle_id and ts, or leave out --strict-order`,
    { file, row, column: "ts" },
  );
}

/** Moves the rows that have a vehicle to the front. */
function withoutDropped(rows: number, codes: Int32Array, columns: readonly Float64Array[]): void {
  let kept = 0;
  for (let i = 0; i < rows; i++) {
    if (codes[i] < 0) continue;
    codes[kept] = codes[i];
    for (const column of columns) column[kept] = column[i];
    kept++;
  }
}

/** The chunk of a group of vehicles: in the order of time, each time once, and without positions that cannot be. */
function ordered({ sql, vehicles, counts, options }: Source, rows: LaidOut, from: number, to: number): ColumnarLog {
  const { codes, columns } = rows.take(from, to);
  const [ts, ...rest] = columns;
  const none = () => new Float64Array(codes.length).fill(Number.NaN);
  const [lat, lon] = sql.position.length > 0 ? rest.splice(0, 2) : [none(), none()];
  counts.misplaced += clearMisplaced(lat, lon);
  for (const t of ts) if (t > counts.lastTs) counts.lastTs = t;
  const signals = Object.fromEntries(options.signals.map((name, i) => [name, rest[i]]));
  const { log, duplicates } = orderLog({
    vehicle: codes,
    vehicleIds: vehicles.ids.slice(from, to),
    ...{ ts, lat, lon, signals },
  });
  counts.duplicates += duplicates;
  return log;
}

/** Makes NaN of positions of which a half is missing or out of bounds; returns how many were out of bounds. */
function clearMisplaced(lat: Float64Array, lon: Float64Array): number {
  let count = 0;
  for (let i = 0; i < lat.length; i++) {
    const [y, x] = [lat[i], lon[i]];
    if (Math.abs(y) <= 90 && Math.abs(x) <= 180) continue;
    if (Math.abs(y) > 90 || Math.abs(x) > 180) count++;
    lat[i] = Number.NaN;
    lon[i] = Number.NaN;
  }
  return count;
}
