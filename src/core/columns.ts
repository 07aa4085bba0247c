import { InputError } from "./errors.js";

/**
 * What counts as a column: a typed array, a plain array, an Arrow vector (anything with `toArray()`), or any iterable.
 */
export type ColumnSource = ArrayLike<unknown> | { toArray(): ArrayLike<unknown> } | Iterable<unknown>;

/**
 * What counts as a table: an object of columns, an Arrow table (`getChild(name)`), or a data frame in danfo's shape
 * (`columns` and `values`, or `getColumnData`).
 */
export type TableSource =
  | Readonly<Record<string, ColumnSource>>
  | { getChild(name: string): { toArray(): ArrayLike<unknown> } | null | undefined }
  | { columns: readonly string[]; values: readonly (readonly unknown[])[] }
  | { columns: readonly string[]; getColumnData: readonly (readonly unknown[])[] };

function hasMethod<K extends string>(value: unknown, name: K): value is Record<K, (...args: never[]) => unknown> {
  return typeof value === "object" && value !== null && typeof (value as Record<string, unknown>)[name] === "function";
}

/** One column of a table, or an InputError that names the columns there are. */
export function column(table: TableSource, name: string): ColumnSource {
  if (hasMethod(table, "getChild")) {
    const child = (table as { getChild(n: string): ColumnSource | null | undefined }).getChild(name);
    if (child) return child;
    throw new InputError(`no column "${name}" in the Arrow table`, { column: name });
  }
  const frame = table as { columns?: unknown; values?: unknown; getColumnData?: unknown };
  if (Array.isArray(frame.columns) && (Array.isArray(frame.values) || Array.isArray(frame.getColumnData))) {
    const position = frame.columns.indexOf(name);
    if (position < 0) throw missingColumn(name, frame.columns as string[]);
    // danfo gives no columns at all when there are no rows.
    if (Array.isArray(frame.getColumnData)) return (frame.getColumnData[position] ?? []) as ColumnSource;
    return (frame.values as unknown[][]).map((row) => row[position]);
  }
  if (!Object.hasOwn(table, name)) throw missingColumn(name, Object.keys(table));
  return (table as Record<string, ColumnSource>)[name];
}

function missingColumn(name: string, present: readonly string[]): InputError {
  return new InputError(`no column "${name}"; the table has: ${present.join(", ") || "none"}`, { column: name });
}

function valuesOf(source: ColumnSource): ArrayLike<unknown> {
  if (hasMethod(source, "toArray")) return (source as { toArray(): ArrayLike<unknown> }).toArray();
  if (typeof (source as ArrayLike<unknown>).length === "number") return source as ArrayLike<unknown>;
  return Array.from(source as Iterable<unknown>);
}

/** Nulls of an Arrow vector: its typed buffer holds garbage there, so each slot must be asked. */
function nullMask(source: ColumnSource, length: number): ((i: number) => boolean) | null {
  const vector = source as { nullCount?: number; get?: (i: number) => unknown; at?: (i: number) => unknown };
  if (!hasMethod(source, "toArray") || !vector.nullCount) return null;
  const read = vector.get?.bind(vector) ?? vector.at?.bind(vector);
  if (!read) return null;
  const mask = new Uint8Array(length);
  for (let i = 0; i < length; i++) mask[i] = read(i) === null ? 1 : 0;
  return (i) => mask[i] === 1;
}

/**
 * A numeric column as Float64Array; null, undefined and NaN become NaN. A Float64Array passes without a copy.
 *
 * BigInt values beyond ±2^53 are refused rather than rounded; text and booleans are refused with their row.
 */
export function numericColumn(source: ColumnSource, name = "value"): Float64Array {
  const values = valuesOf(source);
  const isNull = nullMask(source, values.length);
  if (values instanceof Float64Array && !isNull) return values;
  const out = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = isNull?.(i) ? null : values[i];
    if (value === null || value === undefined) out[i] = Number.NaN;
    else if (typeof value === "number") out[i] = value;
    else if (typeof value === "bigint") {
      if (value > 9007199254740992n || value < -9007199254740992n) {
        throw new InputError(`column "${name}" row ${i}: ${value} does not fit a double exactly; scale it first`, {
          column: name,
          row: i,
        });
      }
      out[i] = Number(value);
    } else {
      throw new InputError(`column "${name}" row ${i}: expected a number, got ${JSON.stringify(value)}`, {
        column: name,
        row: i,
      });
    }
  }
  return out;
}

/**
 * A time column as epoch milliseconds (Float64Array): numbers and BigInt64Array pass as milliseconds and microseconds
 * respectively, Date objects by their value; null is NaN.
 */
export function timeColumn(source: ColumnSource, name = "time"): Float64Array {
  const values = valuesOf(source);
  if (values instanceof Float64Array) return numericColumn(source, name);
  const isNull = nullMask(source, values.length);
  const out = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = isNull?.(i) ? null : values[i];
    if (value === null || value === undefined) out[i] = Number.NaN;
    else if (value instanceof Date) out[i] = value.getTime();
    else if (typeof value === "number") out[i] = value;
    else if (typeof value === "bigint") out[i] = Number(value / 1000n) + Number(value % 1000n) / 1000;
    else {
      throw new InputError(`column "${name}" row ${i}: expected a time, got ${JSON.stringify(value)}`, {
        column: name,
        row: i,
      });
    }
  }
  return out;
}

/** A text column; numbers and bigints become their decimal text, null and undefined become null. */
export function textColumn(source: ColumnSource): (string | null)[] {
  const values = valuesOf(source);
  const isNull = nullMask(source, values.length);
  return Array.from({ length: values.length }, (_, i) => {
    const value = isNull?.(i) ? null : values[i];
    return value === null || value === undefined ? null : String(value);
  });
}

/** Rows of an object of columns, for small tables. */
export function toRows(columns: Readonly<Record<string, ArrayLike<unknown>>>): Record<string, unknown>[] {
  const names = Object.keys(columns);
  const length = names.length ? columns[names[0]].length : 0;
  return Array.from({ length }, (_, i) => Object.fromEntries(names.map((name) => [name, columns[name][i]])));
}
