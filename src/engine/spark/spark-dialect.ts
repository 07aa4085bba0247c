import { InputError } from "../../core/errors.js";
import { type Dialect, quoted, tableName } from "../dialect.js";

/** Spark's texts know backslash escapes, and two texts side by side are one: so both characters are escaped. */
function literal(text: string): string {
  if (text.includes("\0")) throw new InputError("a text must not hold a NUL character", { value: text });
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}

const ident = (name: string) => quoted(name, "`");

/** Spark SQL 4 with ANSI mode on and UTC as the session's zone, as `openSpark` sets them. */
export const sparkDialect: Dialect = Object.freeze({
  ident,
  literal,
  // A path has a folder or says that it is Parquet; anything else is a table of the catalog.
  table: (path: string) => (/[/]|\.parquet$/i.test(path) ? `parquet.${ident(path)}` : tableName(path, ident)),
  describe: (relation: string) => `DESCRIBE QUERY SELECT * FROM ${relation}`,
  truncHour: (e: string) => `date_trunc('HOUR', ${e})`,
  epochMicros: (e: string) => `unix_micros(CAST(${e} AS TIMESTAMP))`,
  // The cast rounds down, and takes 2^63 for the largest integer, which compared as a DOUBLE is the same.
  toInt64: (e: string) =>
    `CASE WHEN (${e}) IS NULL OR (CAST((${e}) AS BIGINT) = (${e}) AND (${e}) < 9223372036854775808D) THEN CAST((${e}) AS BIGINT)` +
    ` ELSE raise_error(concat('not a whole number: ', CAST((${e}) AS STRING))) END`,
  // In ANSI mode a sum of BIGINT already fails when it passes 64 bits on its way.
  sumInt64: (e: string) => `CAST(sum(CAST(${e} AS DECIMAL(20, 0))) AS BIGINT)`,
  toText: (e: string) => `CAST(${e} AS STRING)`,
  isNaN: (e: string) => `isnan(${e})`,
});
