import type { DuckDBType, DuckDBVector } from "@duckdb/node-api";
import { InputError } from "../core/errors.js";
import type { BatchColumn } from "./engine.js";

/** Vectors that keep their values in one typed array (`items`), with their validity beside it. */
interface ItemVector {
  items: ArrayLike<number> | ArrayLike<bigint>;
}

/** DuckDB's type ids, as far as a result may hold them. */
type Copy = (vector: DuckDBVector, rows: number, name: string) => BatchColumn;

function validity(vector: DuckDBVector, rows: number): Uint8Array | null {
  const { validity } = vector as unknown as { validity: { data: BigUint64Array | null } };
  if (validity.data === null) return null;
  const words = validity.data;
  const bits = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  const valid = new Uint8Array(rows);
  let nulls = 0;
  for (let i = 0; i < rows; i++) {
    valid[i] = (bits[i >> 3] >> (i & 7)) & 1;
    nulls += 1 - valid[i];
  }
  return nulls > 0 ? valid : null;
}

function integers(convert: (value: bigint) => bigint = (value) => value): Copy {
  return (vector, rows) => {
    const valid = validity(vector, rows);
    const data = new BigInt64Array(rows);
    const { items } = vector as unknown as ItemVector;
    for (let i = 0; i < rows; i++) if (!valid || valid[i]) data[i] = convert(BigInt(items[i]));
    return { data, valid };
  };
}

const plainBigInts: Copy = (vector, rows) => {
  const valid = validity(vector, rows);
  const data = (vector as unknown as { items: BigInt64Array }).items.slice(0, rows);
  // At a null the engine leaves whatever was in memory.
  if (valid) for (let i = 0; i < rows; i++) if (!valid[i]) data[i] = 0n;
  return { data, valid };
};

const doubles: Copy = (vector, rows) => {
  const valid = validity(vector, rows);
  const { items } = vector as unknown as { items: Float64Array | Float32Array };
  const data = new Float64Array(items.subarray(0, rows));
  if (valid) for (let i = 0; i < rows; i++) if (!valid[i]) data[i] = Number.NaN;
  return { data, valid };
};

const texts: Copy = (vector, rows) => {
  const valid = validity(vector, rows);
  const data = new Array<string>(rows);
  for (let i = 0; i < rows; i++) data[i] = !valid || valid[i] ? (vector.getItem(i) as string) : "";
  return { data, valid };
};

const wide: Copy = (vector, rows, name) => {
  const valid = validity(vector, rows);
  const data = new BigInt64Array(rows);
  for (let i = 0; i < rows; i++) {
    if (valid && !valid[i]) continue;
    const item = vector.getItem(i) as bigint | boolean;
    const value = BigInt(item);
    if (BigInt.asIntN(64, value) !== value) {
      throw new InputError(`column "${name}": ${value} does not fit 64 bits`, { column: name });
    }
    data[i] = value;
  }
  return { data, valid };
};

const decimals: Copy = (vector, rows, name) => {
  const valid = validity(vector, rows);
  const data = new BigInt64Array(rows);
  for (let i = 0; i < rows; i++) {
    if (valid && !valid[i]) continue;
    const { value } = vector.getItem(i) as unknown as { value: bigint };
    if (BigInt.asIntN(64, value) !== value) {
      throw new InputError(`column "${name}": a DECIMAL does not fit 64 bits; cast it to DOUBLE`, { column: name });
    }
    data[i] = value;
  }
  return { data, valid, scale: (vector.type as unknown as { scale: number }).scale };
};

const COPIES: Readonly<Record<string, Copy>> = Object.freeze({
  BOOLEAN: wide,
  TINYINT: integers(),
  SMALLINT: integers(),
  INTEGER: integers(),
  BIGINT: plainBigInts,
  UTINYINT: integers(),
  USMALLINT: integers(),
  UINTEGER: integers(),
  UBIGINT: wide,
  HUGEINT: wide,
  UHUGEINT: wide,
  FLOAT: doubles,
  DOUBLE: doubles,
  VARCHAR: texts,
  DECIMAL: decimals,
  DATE: integers((days) => days * 86_400_000_000n),
  TIMESTAMP: plainBigInts,
  TIMESTAMP_S: integers((s) => s * 1_000_000n),
  TIMESTAMP_MS: integers((ms) => ms * 1000n),
  TIMESTAMP_NS: integers((ns) => (ns - (((ns % 1000n) + 1000n) % 1000n)) / 1000n),
  "TIMESTAMP WITH TIME ZONE": plainBigInts,
});

/** Copies one result vector into a typed array of its own; the vector's memory belongs to the engine. */
export function copyColumn(vector: DuckDBVector, type: DuckDBType, rows: number, name: string): BatchColumn {
  const kind = String(type).replace(/\(.*/, "");
  const copy = COPIES[kind];
  if (!copy) {
    throw new InputError(`column "${name}" has type ${type}, which has no flat form; cast it in the statement`, {
      column: name,
    });
  }
  return copy(vector, rows, name);
}
