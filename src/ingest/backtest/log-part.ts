import { orderLog } from "../../backtest/replay/order-log.js";
import type { ColumnarLog } from "../../backtest/types.js";
import { type LaidOutRows, layOut, ownMemory } from "./lay-out.js";
import { readSpilled, type SpilledBucket } from "./spill-rows.js";

/** All rows of some vehicles, where they wait to be put into order: plain data, which any thread can read. */
export interface LogPart {
  /** In the order of their UTF-8 bytes. */
  vehicleIds: readonly string[];
  /** Whether there are positions: columns after the time. */
  positions: boolean;
  /** Names of the columns after them. */
  signals: readonly string[];
  /** Several where a single vehicle has too many rows: each is later than the one before. */
  pieces: readonly WaitingRows[];
}

/** Rows in memory, or in a file with the most rows of each vehicle. */
export type WaitingRows = LaidOutRows | { spilled: SpilledBucket; rows: ArrayLike<number> };

/** What became of rows as they were put into order. */
export interface OrderCounts {
  /** Rows in whose place a later one of the same vehicle and time was taken. */
  duplicates: number;
  /** Rows whose position is out of bounds, and was left out. */
  misplaced: number;
  /** Time of the last row, epoch ms; −Infinity where there is none. */
  lastTs: number;
}

/** Counts of no rows. */
export const NO_ORDER_COUNTS: OrderCounts = Object.freeze({
  ...{ duplicates: 0, misplaced: 0, lastTs: Number.NEGATIVE_INFINITY },
});

/** Adds counts to others. */
export function addOrderCounts(to: OrderCounts, { duplicates, misplaced, lastTs }: OrderCounts): void {
  to.duplicates += duplicates;
  to.misplaced += misplaced;
  to.lastTs = Math.max(to.lastTs, lastTs);
}

/** Rows in order. */
export interface OrderedRows {
  log: ColumnarLog;
  counts: OrderCounts;
}

/**
 * Puts the rows of a part into order, piece by piece: by vehicle and time, each time once (the last that came), and without
 * positions that cannot be.
 */
export function* orderedRows(part: LogPart): Generator<OrderedRows> {
  for (const piece of part.pieces) yield ordered(part, "spilled" in piece ? readBack(piece) : piece);
}

function readBack({ spilled, rows }: Exclude<WaitingRows, LaidOutRows>): LaidOutRows {
  const all = layOut(rows, spilled.width, ownMemory);
  readSpilled(spilled, all.add);
  return all.take(0, rows.length);
}

function ordered({ vehicleIds, positions, signals }: LogPart, { codes, columns }: LaidOutRows): OrderedRows {
  const [ts, ...rest] = columns;
  const none = () => new Float64Array(codes.length).fill(Number.NaN);
  const [lat, lon] = positions ? rest.splice(0, 2) : [none(), none()];
  const misplaced = clearMisplaced(lat, lon);
  const { log, duplicates } = orderLog({
    ...{ vehicle: codes, vehicleIds, ts, lat, lon },
    signals: Object.fromEntries(signals.map((name, i) => [name, rest[i]])),
  });
  let lastTs = Number.NEGATIVE_INFINITY;
  for (const t of ts) if (t > lastTs) lastTs = t;
  return { log, counts: { duplicates, misplaced, lastTs } };
}

/** Makes NaN of positions of which a half is missing or out of bounds; returns how many were out of bounds. */
export function clearMisplaced(lat: Float64Array, lon: Float64Array): number {
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
