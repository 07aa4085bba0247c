import { InputError } from "../../core/errors.js";
import type { Batch, BatchColumn } from "../engine.js";

/** A result column's declaration in Trino's answers. */
export interface TrinoColumn {
  name: string;
  type: string;
}

/**
 * An answer's JSON with integers beyond 2^53 as text, of which `JSON.parse` alone would lose digits.
 */
export function parseAnswer(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  const long = /"(?:[^"\\]|\\.)*"|(-?\d{16,})(?![\d.eE])/g;
  return JSON.parse(text.replace(long, (token, digits?: string) => (digits === undefined ? token : `"${digits}"`)));
}

function integer(value: unknown, name: string): bigint {
  const read = BigInt(value as string | number | boolean);
  if (BigInt.asIntN(64, read) !== read) {
    throw new InputError(`column "${name}": a DECIMAL does not fit 64 bits; cast it to DOUBLE`, { column: name });
  }
  return read;
}

function integerColumn(cells: readonly unknown[], valid: Uint8Array, read: (cell: unknown) => bigint): BigInt64Array {
  const data = new BigInt64Array(cells.length);
  for (let i = 0; i < cells.length; i++) if (valid[i]) data[i] = read(cells[i]);
  return data;
}

function column({ name, type }: TrinoColumn, cells: readonly unknown[]): BatchColumn {
  const present = Uint8Array.from(cells, (cell) => (cell === null ? 0 : 1));
  const valid = present.includes(0) ? present : null;
  if (/^(tinyint|smallint|integer|bigint|boolean)$/.test(type)) {
    return { data: integerColumn(cells, present, (cell) => integer(cell, name)), valid };
  }
  const scale = /^decimal\(\d+,\s*(\d+)\)$/.exec(type)?.[1];
  if (scale !== undefined) {
    const data = integerColumn(cells, present, (cell) => integer(String(cell).replace(".", ""), name));
    return { data, valid, scale: Number(scale) };
  }
  // NaN and the infinities arrive as their names.
  if (/^(real|double)$/.test(type)) {
    return { data: Float64Array.from(cells, (cell) => (cell === null ? Number.NaN : Number(cell))), valid };
  }
  if (/^(varchar|char)(\(\d+\))?$/.test(type)) return { data: cells.map((cell) => (cell ?? "") as string), valid };
  throw new InputError(
    `column "${name}" has type ${type}, which has no flat form; ask for the dialect's epochMicros of a time, or cast it`,
    { column: name },
  );
}

/** Copies the rows of one answer into typed arrays. */
export function trinoBatch(declared: readonly TrinoColumn[], rows: readonly unknown[][]): Batch {
  const columns: Batch["columns"] = {};
  for (const [i, one] of declared.entries())
    columns[one.name] = column(
      one,
      rows.map((row) => row[i]),
    );
  return { rows: rows.length, columns };
}
