import { InputError } from "../../core/errors.js";
import { type Dialect, quoted, tableName } from "../dialect.js";

const ident = (name: string) => quoted(name, '"');

/** Times with a zone and without become instants in UTC; the session's zone is UTC. */
const utc = (e: string) => `(CAST((${e}) AS timestamp(6) with time zone) AT TIME ZONE 'UTC')`;

/** SQL of Trino, which Athena's third engine also speaks. */
export const trinoDialect: Dialect = Object.freeze({
  ident,
  literal: (text: string) => quoted(text, "'"),
  table(name: string) {
    if (/[/*]/.test(name)) {
      throw new InputError(
        `Trino reads tables of its catalogs, not files; name one like catalog.schema.table, got "${name}"`,
        {
          name,
        },
      );
    }
    return tableName(name, ident);
  },
  describe: (relation: string) => `DESCRIBE ${relation}`,
  // In the value's own zone an hour may start at a quarter past.
  truncHour: (e: string) => `date_trunc('hour', ${utc(e)})`,
  // Whole seconds are exact in the DOUBLE of to_unixtime; the microseconds are read from the text.
  epochMicros: (e: string) =>
    `(CAST(to_unixtime(date_trunc('second', ${utc(e)})) AS BIGINT) * 1000000` +
    ` + CAST(substr(CAST(CAST(${utc(e)} AS timestamp(6)) AS VARCHAR), -6) AS BIGINT))`,
  // A cast would round; the text in the last branch is no number, which fails the statement and says why.
  toInt64: (e: string) =>
    `CASE WHEN (${e}) IS NULL OR ((${e}) = floor(${e}) AND (${e}) >= -9223372036854775808E0 AND (${e}) < 9223372036854775808E0)` +
    ` THEN CAST((${e}) AS BIGINT) ELSE CAST('not a whole number: ' || CAST((${e}) AS VARCHAR) AS BIGINT) END`,
  sumInt64: (e: string) => `CAST(sum(CAST(${e} AS DECIMAL(38, 0))) AS BIGINT)`,
  toText: (e: string) => `CAST(${e} AS VARCHAR)`,
  isNaN: (e: string) => `is_nan(${e})`,
});
