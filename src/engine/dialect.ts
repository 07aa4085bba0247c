import { InputError } from "../core/errors.js";

/** How an engine spells what queries need; no user text reaches a statement except through these. */
export interface Dialect {
  /** A quoted identifier. */
  ident(name: string): string;
  /** A quoted text literal. */
  literal(text: string): string;
  /** A Parquet file, or where the engine has a catalog one of its tables, as a relation. */
  table(path: string): string;
  /** A statement that lists the columns of a relation: name and type first. */
  describe(relation: string): string;
  /** Start of the UTC hour of a timestamp. */
  truncHour(expression: string): string;
  /** Whole microseconds since 1970-01-01 UTC of a timestamp. */
  epochMicros(expression: string): string;
  /** A 64-bit integer of a number; fractions, NaN and overflow fail the statement. */
  toInt64(expression: string): string;
  /** The sum of 64-bit integers; only a result beyond 64 bits fails the statement, not a partial sum. */
  sumInt64(expression: string): string;
  /** Text of a text, an integer or a boolean, the same on every engine. */
  toText(expression: string): string;
  /** Whether a floating-point number is NaN. */
  isNaN(expression: string): string;
}

/** Text between quotes, which are doubled where they stand in it. */
export function quoted(text: string, quote: string): string {
  if (text.includes("\0")) throw new InputError("a name must not hold a NUL character", { value: text });
  return `${quote}${text.replaceAll(quote, quote + quote)}${quote}`;
}

/** The parts of a table's name, quoted: `catalog.schema.table` with dots between. */
export function tableName(name: string, ident: Dialect["ident"]): string {
  const parts = name.split(".");
  if (parts.length > 3 || parts.includes("")) {
    throw new InputError(`a table is named like table, schema.table or catalog.schema.table, got "${name}"`, { name });
  }
  return parts.map(ident).join(".");
}
