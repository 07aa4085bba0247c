/** How an engine spells what queries need; no user text reaches a statement except through these. */
export interface Dialect {
  /** A quoted identifier. */
  ident(name: string): string;
  /** A quoted text literal. */
  literal(text: string): string;
  /** A Parquet file as a relation. */
  table(path: string): string;
  /** Start of the UTC hour of a timestamp. */
  truncHour(expression: string): string;
  /** Whole microseconds since 1970-01-01 UTC of a timestamp. */
  epochMicros(expression: string): string;
  /** A 64-bit integer of a number; fractions, NaN and overflow fail the statement. */
  toInt64(expression: string): string;
}
