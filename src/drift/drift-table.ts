import { type ColumnSource, column, numericColumn, type TableSource } from "../core/columns.js";
import { InputError } from "../core/errors.js";
import { encodeLevels } from "./encode-levels.js";
import type { DriftColumn, DriftTable } from "./types.js";

/** A table of drift columns, or anything that core takes for a table: an object of columns, Arrow, a data frame. */
export type DriftInput = DriftTable | TableSource;

/** Type numbers of the Arrow format. */
const ARROW_NUMBERS = [2, 3];
const ARROW_TIMES = [8, 10];
/** Numbers, texts, booleans, decimals, times, dictionaries and columns of nulls; the rest is lists, structures, bytes. */
const ARROW_READ = [-1, 1, ...ARROW_NUMBERS, 5, 6, 7, ...ARROW_TIMES, 20, 24];

interface ArrowVector {
  length: number;
  type?: { typeId?: number };
  get?(row: number): unknown;
  at?(row: number): unknown;
}

/**
 * The columns of a table as drift takes them: numbers and bigints are numeric, text and booleans are levels, dates are
 * times. A column without any value is numeric. Columns of an Arrow table that hold lists, structures or bytes are left out,
 * with a warning.
 *
 * @param name of the table, for messages
 * @throws InputError for columns of unequal length, a bigint beyond ±2^53, a column of several types or of objects
 * @example
 * driftTable({ speed: Float64Array.of(1, NaN), gear: ["1", null] });
 */
export function driftTable(input: DriftInput, name = "table"): DriftTable {
  checkTable(input, name);
  if (isDriftTable(input)) return checked(input, name);
  const columns = new Map<string, DriftColumn>();
  const warnings: string[] = [];
  for (const key of columnNames(input)) {
    const source = column(input, key);
    const read = isUnread(source) ? null : driftColumn(source, key, name);
    if (read) columns.set(key, read);
    else warnings.push(`${name}: column "${key}" is no feature, since its Arrow type is not read`);
  }
  const [first] = columns.values();
  return checked({ rows: first ? lengthOf(first) : 0, columns, ...(warnings.length > 0 && { warnings }) }, name);
}

function checkTable(input: unknown, name: string): void {
  if (Array.isArray(input)) {
    throw new InputError(`${name} is an array; give columns instead of rows: { speed: [1, 2], gear: ["a", "b"] }`, {
      table: name,
    });
  }
  if (typeof input !== "object" || input === null || ArrayBuffer.isView(input)) {
    throw new InputError(`${name} is no table: give an object of columns`, { table: name });
  }
}

function isUnread(source: ColumnSource): boolean {
  const typeId = Array.isArray(source) ? undefined : (source as ArrowVector).type?.typeId;
  return typeId !== undefined && !ARROW_READ.includes(typeId);
}

function checked(table: DriftTable, name: string): DriftTable {
  for (const [key, read] of table.columns) {
    if (lengthOf(read) !== table.rows) {
      throw new InputError(`${name}: column "${key}" has ${lengthOf(read)} rows, the table ${table.rows}`, {
        column: key,
      });
    }
    if (read.kind === "categorical" && largestOf(read.codes) >= read.levels.length) {
      throw new InputError(`${name}: column "${key}" has a code beyond its ${read.levels.length} levels`, {
        column: key,
      });
    }
  }
  return table;
}

/** A plain loop takes a tenth of the time of `some`. */
function largestOf(codes: Int32Array): number {
  let largest = -1;
  for (let i = 0; i < codes.length; i++) if (codes[i] > largest) largest = codes[i];
  return largest;
}

const lengthOf = (column: DriftColumn): number =>
  column.kind === "categorical" ? column.codes.length : column.values.length;

export function isDriftTable(input: DriftInput): input is DriftTable {
  return (input as DriftTable).columns instanceof Map;
}

export function columnNames(input: TableSource): string[] {
  const table = input as { getChild?: unknown; schema?: { fields: { name: string }[] }; columns?: unknown };
  if (typeof table.getChild === "function" && table.schema) return table.schema.fields.map((field) => field.name);
  const isFrame = Array.isArray(table.columns) && ("values" in input || "getColumnData" in input);
  return isFrame ? [...(table.columns as string[])] : Object.keys(input);
}

function driftColumn(source: ColumnSource, name: string, table: string): DriftColumn {
  const vector = source as ArrowVector;
  const typeId = vector.type?.typeId;
  if (ArrayBuffer.isView(source) || (typeId !== undefined && ARROW_NUMBERS.includes(typeId))) {
    return { kind: "numeric", values: exactNumbers(source, name, table) };
  }
  const values = rowsOf(source);
  const kinds = new Set<DriftColumn["kind"]>();
  for (const [row, value] of values.entries()) {
    const kind = kindOf(value);
    if (kind === "other") {
      throw new InputError(
        `${table}: column "${name}" row ${row} is neither number, text, boolean nor date; leave it out`,
        {
          column: name,
          row,
        },
      );
    }
    if (kind !== null) kinds.add(kind);
    if (kinds.size > 1) {
      throw new InputError(`${table}: column "${name}" row ${row} is of another type than the rows before it`, {
        column: name,
        row,
      });
    }
  }
  if (kinds.has("categorical")) return encodeLevels(values.map((value) => (isNull(value) ? null : String(value))));
  if (!kinds.has("time")) return { kind: "numeric", values: exactNumbers(values, name, table) };
  return { kind: "time", values: Float64Array.from(values, (value) => (isNull(value) ? Number.NaN : Number(value))) };
}

function exactNumbers(source: ColumnSource, name: string, table: string): Float64Array {
  try {
    return numericColumn(source, name);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const fix = "make it text to compare it as levels, or leave it out";
    throw new InputError(`${table}: ${error.message.replace("scale it first", fix)}`, error.details, { cause: error });
  }
}

/** Values one by one: what Arrow keeps of text, booleans and times in its buffers means nothing without their type. */
export function rowsOf(source: ColumnSource): unknown[] {
  const vector = source as ArrowVector;
  const read = vector.get ?? vector.at;
  if (Array.isArray(source) || typeof read !== "function") return Array.from(source as Iterable<unknown>);
  return Array.from({ length: vector.length }, (_, row) => timesAsDates(read.call(vector, row), vector.type?.typeId));
}

/** Date and Timestamp of Arrow come as epoch milliseconds. */
function timesAsDates(value: unknown, typeId: number | undefined): unknown {
  return typeof value === "number" && ARROW_TIMES.includes(typeId as number) ? new Date(value) : value;
}

function isNull(value: unknown): boolean {
  return value === null || value === undefined;
}

function kindOf(value: unknown): DriftColumn["kind"] | "other" | null {
  if (isNull(value) || (typeof value === "number" && Number.isNaN(value))) return null;
  if (typeof value === "number" || typeof value === "bigint") return "numeric";
  if (typeof value === "string" || typeof value === "boolean") return "categorical";
  return value instanceof Date ? "time" : "other";
}
