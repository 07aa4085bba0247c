import { checkCells } from "./check-cells.js";
import { cellError, numberSql } from "./column-sql.js";
import type { SqlTable, TableColumn } from "./sql-table.js";
import { timeSql } from "./time-sql.js";

/** What a time column holds. `plain` numbers are no instants: they have no days and weeks. */
export type ClockKind = "timestamp" | "text" | "seconds" | "milliseconds" | "microseconds" | "plain";

/** A time column as SQL. */
export interface ClockSql {
  kind: ClockKind;
  /** DOUBLE as the file has it (timestamps: epoch ms); null for text, whose instants are `t` itself. */
  number: string | null;
  /** DOUBLE: epoch ms or a plain number; NULL where the cell is empty. */
  t: string;
}

const EXACT = 2 ** 53;
const INSTANT = "a time such as 2020-05-01T00:00:00Z, or Unix time in s or ms";
const TIME = "a time such as 2020-05-01T00:00:00Z, Unix time in s or ms, or a plain number";

/** Unix times from 1973 to 2286 tell their unit by their size. */
const UNITS = [
  { kind: "seconds", one: 1, toMs: (s: string) => `(${s} * 1000)` },
  { kind: "milliseconds", one: 1e3, toMs: (ms: string) => ms },
  { kind: "microseconds", one: 1e6, toMs: (us: string) => `(${us} / 1000)` },
] as const;

async function numericClock(table: SqlTable, column: TableColumn): Promise<ClockSql> {
  const { value: number, bad } = numberSql(table, column);
  const unusable = `(${bad} OR NOT isfinite(${number}) OR abs(${number}) > ${EXACT})`;
  await checkCells(table, [{ column, refuse: `coalesce(${unusable}, false)`, expected: `${TIME}, within ±2^53` }], {});
  const [{ least, most }] = await table.engine.rows({
    sql: `SELECT min(${number}) AS least, max(${number}) AS most FROM ${table.relation}`,
  });
  const unit = UNITS.find(({ one }) => least !== null && Number(least) >= 1e8 * one && Number(most) < 1e10 * one);
  return { kind: unit?.kind ?? "plain", number, t: unit?.toMs(number) ?? number };
}

/** Text that is mostly numbers is numbers, so that the odd cell out is the one complained about. */
async function mostlyNumbers(table: SqlTable, column: TableColumn): Promise<boolean> {
  const [{ numbers, cells }] = await table.engine.rows({
    sql: `SELECT count(TRY_CAST(${column.sql} AS DOUBLE)) AS numbers, count(${column.sql}) AS cells FROM ${table.relation}`,
  });
  return Number(numbers) * 2 > Number(cells);
}

/**
 * SQL of a time column whose times are kept as the file has them: timestamps, ISO 8601 text (naive is UTC), Unix times
 * (also fractions) or plain numbers.
 *
 * @param options.empty whether cells may be empty; default false
 * @throws InputError with file, row and column for a cell that is no time
 */
export async function clockSql(
  table: SqlTable,
  column: TableColumn,
  { empty = false }: { empty?: boolean } = {},
): Promise<ClockSql> {
  const clock = await filledClock(table, column);
  if (!empty) await checkCells(table, [{ column, refuse: `(${clock.t}) IS NULL`, expected: TIME }], {});
  return clock;
}

async function filledClock(table: SqlTable, column: TableColumn): Promise<ClockSql> {
  const text = column.kind === "text";
  if (column.kind !== "timestamp" && (!text || (await mostlyNumbers(table, column)))) {
    return numericClock(table, column);
  }
  const { value } = await timeSql(table, column, { steps: false });
  const t = `((${value}) / 1000)`;
  return { kind: text ? "text" : "timestamp", number: text ? null : t, t };
}

/**
 * SQL of type DOUBLE for the instants of a time column, epoch ms.
 *
 * @throws InputError as {@link clockSql}, and for plain numbers
 */
export async function instantSql(
  table: SqlTable,
  column: TableColumn,
  options: { empty?: boolean } = {},
): Promise<string> {
  const { kind, t } = await clockSql(table, column, options);
  if (kind === "plain") {
    const [found] = await table.find(`${t} IS NOT NULL`, [column]);
    if (found) throw cellError(found, column, INSTANT);
  }
  return `CAST(${t} AS DOUBLE)`;
}
