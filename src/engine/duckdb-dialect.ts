import { type Dialect, quoted } from "./dialect.js";

/** DuckDB's spelling. */
export const duckDbDialect: Dialect = Object.freeze({
  ident: (name: string) => quoted(name, '"'),
  literal: (text: string) => quoted(text, "'"),
  table: (path: string) => `read_parquet(${quoted(path, "'")})`,
  describe: (relation: string) => `SELECT column_name, column_type FROM (DESCRIBE FROM ${relation})`,
  truncHour: (e: string) => `date_trunc('hour', ${e})`,
  epochMicros: (e: string) => `epoch_us(${e})`,
  // A plain cast would round 2.5 to 3.
  toInt64: (e: string) =>
    `CASE WHEN (${e}) IS NULL OR CAST((${e}) AS BIGINT) = (${e}) THEN CAST((${e}) AS BIGINT)` +
    ` ELSE error('not a whole number: ' || CAST((${e}) AS VARCHAR)) END`,
  // Summed in 128 bits.
  sumInt64: (e: string) => `CAST(sum(${e}) AS BIGINT)`,
  toText: (e: string) => `CAST(${e} AS VARCHAR)`,
  isNaN: (e: string) => `isnan(${e})`,
});
