import { compareUtf8 } from "../../core/compare-utf8.js";
import { InputError } from "../../core/errors.js";
import type { SqlTable } from "../sql-table.js";
import type { ReadOptions } from "../types.js";
import type { LogColumns } from "./log-columns.js";

/** The vehicles of a table of logs. */
export interface VehicleCodes {
  /** In the order of their UTF-8 bytes; a vehicle's code is its place. */
  ids: string[];
  /** Rows of each. */
  rows: Float64Array;
  /** Rows without a vehicle. */
  nameless: number;
  /** Puts the codes of `rows` rows, given by the engine's hashes of their vehicles, into `codes`; −1 is no vehicle. */
  encode(hashes: Uint32Array, rows: number, codes: Int32Array): void;
}

/**
 * Reads the names of all vehicles. The engine hashes a name much faster than it can hand it over: it does so once for each
 * entry of a Parquet dictionary. So rows come as hashes, which are known here to be different for different names.
 *
 * @throws InputError for two names of one hash
 */
export async function vehicleCodes(
  table: SqlTable,
  { vehicle, vehicleText }: LogColumns,
  options: ReadOptions,
): Promise<VehicleCodes> {
  const sql = `SELECT ${vehicleText} AS id, hash(${vehicle}) >> 32 AS high, hash(${vehicle}) & 4294967295 AS low, n
    FROM (SELECT ${vehicle}, count(*) AS n FROM ${table.relation} GROUP BY 1)`;
  const found: { id: string | null; high: number; low: number; rows: number }[] = [];
  for await (const { rows, columns } of table.engine.query({ sql }, options)) {
    const { id, high, low, n } = columns;
    for (let i = 0; i < rows; i++) {
      const name = id.valid?.[i] === 0 ? null : (id.data[i] as string);
      found.push({ id: name, high: Number(high.data[i]), low: Number(low.data[i]), rows: Number(n.data[i]) });
    }
  }
  const named = found.filter(({ id }) => id !== null).sort((a, b) => compareUtf8(a.id as string, b.id as string));
  const nameless = found.find(({ id }) => id === null);
  const ids = named.map(({ id }) => id as string);
  return {
    ids,
    rows: Float64Array.from(named, ({ rows }) => rows),
    nameless: nameless?.rows ?? 0,
    encode: encoder([...named, ...(nameless ? [nameless] : [])], ids.length, (a, b) => {
      const file = table.files[0].name;
      const pair = [a, b].map((code) => JSON.stringify(ids[code] ?? null)).join(" and ");
      return new InputError(`${file}: column "vehicle_id": ${pair} cannot be told apart; rename one`, { file });
    }),
  };
}

/** A table of hashes with open addressing; entries beyond the vehicles are that of no vehicle. */
function encoder(
  entries: readonly { high: number; low: number }[],
  vehicles: number,
  alike: (a: number, b: number) => InputError,
): VehicleCodes["encode"] {
  const mask = 2 ** Math.ceil(Math.log2(2 * entries.length + 2)) - 1;
  const keys = new Uint32Array(2 * (mask + 1));
  const codes = new Int32Array(mask + 1).fill(-2);
  for (const [code, { high, low }] of entries.entries()) {
    let slot = low & mask;
    while (codes[slot] !== -2) {
      if (keys[2 * slot] === low && keys[2 * slot + 1] === high) throw alike(codes[slot], code);
      slot = (slot + 1) & mask;
    }
    keys[2 * slot] = low;
    keys[2 * slot + 1] = high;
    codes[slot] = code < vehicles ? code : -1;
  }
  return (hashes, rows, to) => {
    let [lastLow, lastHigh, last] = [0, 0, -2];
    for (let i = 0; i < rows; i++) {
      const low = hashes[2 * i];
      const high = hashes[2 * i + 1];
      if (low !== lastLow || high !== lastHigh || last === -2) {
        let slot = low & mask;
        while (codes[slot] !== -2 && (keys[2 * slot] !== low || keys[2 * slot + 1] !== high)) slot = (slot + 1) & mask;
        last = codes[slot];
        if (last === -2) throw new InputError("the logs have changed while they were read; try again");
        lastLow = low;
        lastHigh = high;
      }
      to[i] = last;
    }
  };
}
