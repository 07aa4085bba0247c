import { CHUNK_ROWS } from "../../engine/duckdb.js";
import type { SqlTable } from "../sql-table.js";
import type { ReadOptions } from "../types.js";
import type { LogColumns } from "./log-columns.js";
import type { VehicleCodes } from "./vehicle-codes.js";

/** Rows of a piece that are looked at to say where it ends: their number varies by a tenth or so. */
const SAMPLES = 128;

/**
 * Finds times that cut the rows of each large vehicle into pieces of about `pieceRows` rows, from a sample of its times. Where
 * exactly the cuts lie does not matter: rows of one time are in one piece.
 *
 * @returns by the code of a vehicle with more rows, the first times of its second to last piece, ascending
 */
export async function timeCuts(
  table: SqlTable,
  sql: LogColumns,
  vehicles: VehicleCodes,
  pieceRows: number,
  { signal }: ReadOptions,
): Promise<Map<number, Float64Array>> {
  const samples = new Map<number, number[]>();
  for (const [code, rows] of vehicles.rows.entries()) if (rows > pieceRows) samples.set(code, []);
  if (samples.size === 0) return new Map();
  const every = Math.ceil(pieceRows / SAMPLES);
  const hashes = new BigUint64Array(CHUNK_ROWS);
  const ts = new Float64Array(CHUNK_ROWS);
  const codes = new Int32Array(CHUNK_ROWS);
  const query = {
    sql: `SELECT hash(${sql.vehicle}), ${sql.ts} FROM ${table.relation} WHERE hash(${sql.ts}) % ${every} = 0`,
  };
  for await (const rows of table.engine.fillChunks(query, [hashes, ts], { signal })) {
    vehicles.encode(new Uint32Array(hashes.buffer), rows, codes);
    for (let i = 0; i < rows; i++) if (!Number.isNaN(ts[i])) samples.get(codes[i])?.push(ts[i]);
  }
  return new Map(
    Array.from(samples, ([code, times]) => {
      const sorted = Float64Array.from(times).sort();
      const pieces = Math.ceil(vehicles.rows[code] / pieceRows);
      const cuts = Array.from({ length: pieces - 1 }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / pieces)]);
      // Without a sample, and where many rows have one time, there are fewer.
      return [code, Float64Array.from(new Set(cuts.filter((t) => t !== undefined)))];
    }),
  );
}

/** Place of the piece that a time belongs to. */
export function pieceOf(t: number, cuts: Float64Array): number {
  let [low, high] = [0, cuts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cuts[middle] <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}
