import { InputError } from "../core/errors.js";
import type { Dialect } from "./dialect.js";

function quoted(text: string, quote: string): string {
  if (text.includes("\0")) throw new InputError("a name must not hold a NUL character", { value: text });
  return `${quote}${text.replaceAll(quote, quote + quote)}${quote}`;
}

/** DuckDB's spelling. */
export const duckDbDialect: Dialect = Object.freeze({
  ident: (name: string) => quoted(name, '"'),
  literal: (text: string) => quoted(text, "'"),
  table: (path: string) => `read_parquet(${quoted(path, "'")})`,
  truncHour: (expression: string) => `date_trunc('hour', ${expression})`,
  epochMicros: (expression: string) => `epoch_us(${expression})`,
  // A plain cast would round 2.5 to 3.
  toInt64: (e: string) =>
    `CASE WHEN (${e}) IS NULL OR CAST((${e}) AS BIGINT) = (${e}) THEN CAST((${e}) AS BIGINT)` +
    ` ELSE error('not a whole number: ' || CAST((${e}) AS VARCHAR)) END`,
});
