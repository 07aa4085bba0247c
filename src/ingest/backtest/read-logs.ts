import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { ColumnarLog } from "../../backtest/types.js";
import type { InputFile } from "../../core/demand.js";
import { InputError } from "../../core/errors.js";
import { CHUNK_ROWS } from "../../engine/duckdb.js";
import { cellError } from "../column-sql.js";
import { placeOf } from "../place-of.js";
import { withTable } from "../read-table.js";
import type { SqlTable } from "../sql-table.js";
import type { ReadOptions } from "../types.js";
import { layOut, sharedMemory } from "./lay-out.js";
import { type LogColumns, logColumns, MOST_MS } from "./log-columns.js";
import {
  addOrderCounts,
  type LogPart,
  NO_ORDER_COUNTS,
  type OrderCounts,
  orderedRows,
  type WaitingRows,
} from "./log-part.js";
import { type SpilledBucket, type SpilledRows, spillRows } from "./spill-rows.js";
import { pieceOf, timeCuts } from "./time-cuts.js";
import { type VehicleCodes, vehicleCodes } from "./vehicle-codes.js";

/** Options of {@link withLogs}. */
export interface ReadLogsOptions extends ReadOptions {
  /** Columns to read besides vehicle, time and position. */
  signals: readonly string[];
  /** Refuse rows that are not in the order of (vehicle id by UTF-8 bytes, time); default false. */
  strictOrder?: boolean;
  /** Rows of a chunk, about. Default 524,288. */
  chunkRows?: number;
  /** A vehicle with more rows may go on in the next chunk; default false: chunks hold whole vehicles. */
  split?: boolean;
  /** Rows beyond so many bytes wait in a file. Default 384 MB. */
  bufferBytes?: number;
  /** Which vehicles are handed out; default all. Every row is read and checked all the same. */
  only?: (vehicleId: string) => boolean;
  onProgress?: (rows: number, all: number) => void;
}

export const DEFAULT_READ_LOGS_OPTIONS = Object.freeze({
  ...{ chunkRows: 2 ** 19, bufferBytes: 384 * 2 ** 20, split: false },
});

/** What became of the rows. */
export interface LogCounts extends OrderCounts {
  /** Rows of the files. */
  rows: number;
  /** Rows without a vehicle or a time, also with `only`. */
  dropped: number;
}

/** Fleet logs that are being read. */
export interface FleetLogs {
  inputs: InputFile[];
  /** Whether there are columns of positions. */
  positions: boolean;
  /** Vehicles in the order of their ids' UTF-8 bytes, rows as {@link ColumnarLog} has them; whole vehicles unless `split`. */
  chunks(): AsyncGenerator<ColumnarLog>;
  /** The same rows as plain data, to be put into order elsewhere; the counts of that are to be added to `counts`. */
  parts(): AsyncGenerator<LogPart>;
  /** Complete once the last chunk was taken. */
  counts: LogCounts;
}

/** Memory of the engine, through which rows only pass. */
const MEMORY = "256MB";

/**
 * Reads fleet logs (Parquet, CSV, JSON, Arrow IPC; a file, several, a directory or a glob) of any size: `vehicle_id`, `ts`,
 * `lat` and `lon` where the files have them, and signals. Files count in the order of their paths, then rows in theirs.
 * Of rows of one vehicle and time the last counts. Rows that memory does not hold wait in a temporary file by
 * vehicle, with `split` also by time, so that memory does not grow with the rows; without it, with those of the largest
 * vehicle.
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
    const [inputs, all] = await Promise.all([table.inputs(), vehicleCodes(table, sql, options)]);
    const { only } = options;
    const vehicles = only ? { ...all, rows: all.rows.map((n, code) => (only(all.ids[code]) ? n : 0)) } : all;
    const rows = inputs.reduce((sum, file) => sum + file.rows, 0);
    const counts: LogCounts = { rows, dropped: 0, ...NO_ORDER_COUNTS };
    const source: Source = { table, sql, inputs, vehicles, counts, options };
    const parts = () => partsOf(source);
    return work({ inputs, positions: sql.position.length > 0, counts, parts, chunks: () => chunksOf(parts(), counts) });
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

async function* chunksOf(parts: AsyncIterable<LogPart>, all: LogCounts): AsyncGenerator<ColumnarLog> {
  for await (const part of parts) {
    for (const { log, counts } of orderedRows(part)) {
      addOrderCounts(all, counts);
      yield log;
    }
  }
}

async function* partsOf(source: Source): AsyncGenerator<LogPart> {
  const { table, sql, vehicles, options } = source;
  const { chunkRows, bufferBytes, split } = { ...DEFAULT_READ_LOGS_OPTIONS, ...options };
  const positions = sql.position.length > 0;
  const width = 1 + sql.position.length + sql.signals.length;
  const part = ({ from, to }: Group, pieces: readonly WaitingRows[]): LogPart => ({
    ...{ vehicleIds: vehicles.ids.slice(from, to), positions, signals: options.signals, pieces },
  });
  if (source.counts.rows * 8 * width <= bufferBytes) {
    const all = layOut(vehicles.rows, width, sharedMemory);
    await scan(source, all.add);
    for (const group of groupVehicles(vehicles.rows, chunkRows)) yield part(group, [all.take(group.from, group.to)]);
    return;
  }
  const cuts = split ? await timeCuts(table, sql, vehicles, chunkRows, options) : new Map<number, Float64Array>();
  const groups = groupVehicles(vehicles.rows, chunkRows, cuts);
  const buckets = groups.reduce((sum, { cuts }) => sum + cuts.length + 1, 0);
  const spilled = spillRows(join(table.engine.scratch, "logs"), buckets, width);
  try {
    await scan(source, intoGroups(spilled, groups, vehicles.ids.length));
    const written = spilled.finish();
    for (const group of groups) {
      options.signal?.throwIfAborted();
      const own = written.slice(group.bucket, group.bucket + group.cuts.length + 1);
      const rows = (bucket: SpilledBucket) =>
        own.length > 1 ? [bucket.rows] : vehicles.rows.slice(group.from, group.to);
      yield part(
        group,
        own.map((bucket) => ({ spilled: bucket, rows: rows(bucket) })),
      );
    }
  } finally {
    spilled.close();
  }
}

/** Vehicles `from` to `to`, the latter not included. */
interface Group {
  from: number;
  to: number;
  /** Its first bucket; there is one more for each cut. */
  bucket: number;
  /** Times that cut its single vehicle into pieces. */
  cuts: Float64Array;
}

const NO_CUTS = new Float64Array(0);

/** Vehicles next to each other with together at most so many rows, or one with more. */
function groupVehicles(rows: Float64Array, most: number, cuts: ReadonlyMap<number, Float64Array> = new Map()): Group[] {
  const groups: Group[] = [];
  let sum = Number.POSITIVE_INFINITY;
  let buckets = 0;
  for (let i = 0; i < rows.length; i++) {
    sum += rows[i];
    if (sum > most) {
      const own = cuts.get(i) ?? NO_CUTS;
      groups.push({ from: i, to: i, bucket: buckets, cuts: own });
      buckets += own.length + 1;
      sum = rows[i];
    }
    groups[groups.length - 1].to = i + 1;
  }
  return groups;
}

function intoGroups(spilled: SpilledRows, groups: readonly Group[], vehicles: number): Sink {
  const groupOf = new Int32Array(vehicles);
  for (const [g, { from, to }] of groups.entries()) groupOf.fill(g, from, to);
  const places = new Int32Array(CHUNK_ROWS);
  return (rows, codes, columns) => {
    const [ts] = columns;
    for (let i = 0; i < rows; i++) {
      const { from, bucket, cuts } = groups[groupOf[codes[i]]];
      places[i] = cuts.length === 0 ? bucket : bucket + pieceOf(ts[i], cuts);
      codes[i] -= from;
    }
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
    counts.dropped += rows - kept;
    const own = options.only ? leaveOwn(rows, codes, vehicles.rows) : kept;
    if (own < rows) withoutDropped(rows, codes, columns);
    sink(own, codes, columns);
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

/** Gives a vehicle of −1 to rows of those of which none are handed out; returns how many rows are left. */
function leaveOwn(rows: number, codes: Int32Array, wanted: Float64Array): number {
  let own = 0;
  for (let i = 0; i < rows; i++) {
    if (codes[i] >= 0 && wanted[codes[i]] > 0) own++;
    else codes[i] = -1;
  }
  return own;
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
