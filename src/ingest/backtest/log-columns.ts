import { type CellRule, checkCells } from "../check-cells.js";
import { numberSql, textSql, wrongType } from "../column-sql.js";
import { optionalColumn } from "../optional-columns.js";
import { missingColumn, type SqlTable, type TableColumn } from "../sql-table.js";
import { timeSql } from "../time-sql.js";
import type { ReadOptions } from "../types.js";

/** Epoch ms beyond which there are no dates. */
export const MOST_MS = 8.64e15;

/** SQL of a table of logs. */
export interface LogColumns {
  /** What tells vehicles apart, and their names as text. */
  vehicle: string;
  vehicleText: string;
  /** DOUBLE: epoch ms; NULL where the cell is empty. */
  ts: string;
  /** DOUBLE, degrees: latitude and longitude; empty where the table has no positions. */
  position: string[];
  /** DOUBLE, in the order in which they were asked for. */
  signals: string[];
}

/**
 * SQL of the columns of a table of logs, whose cells have been checked: `vehicle_id`, `ts` (whole numbers are epoch ms,
 * finer times are cut to the ms before them), `lat` and `lon`, and signals (also true and false, as 1 and 0).
 *
 * @throws InputError naming file and column, and the row where a cell is at fault
 */
export async function logColumns(
  table: SqlTable,
  signals: readonly string[],
  options: ReadOptions,
): Promise<LogColumns> {
  const vehicle = table.column("vehicle_id");
  const position = ["lat", "lon"].filter((name) => optionalColumn(table, name));
  if (position.length === 1) {
    const names = table.columns.map(({ name }) => name);
    throw missingColumn(position[0] === "lat" ? "lon" : "lat", names, table.files[0].name);
  }
  const numbers = [...position, ...signals].map((name) => numberOf(table, table.column(name)));
  const rules = numbers.flatMap(({ rule }) => rule ?? []);
  if (rules.length > 0) await checkCells(table, rules, options);
  const sql = numbers.map((number) => number.sql);
  return {
    vehicle: vehicle.sql,
    vehicleText: nameSql(table, vehicle),
    ts: await millisecondsSql(table, table.column("ts")),
    position: sql.slice(0, position.length),
    signals: sql.slice(position.length),
  };
}

/** SQL of a column of names as text; whole numbers are names too, a fraction or a time is none. */
export function nameSql(table: SqlTable, column: TableColumn): string {
  if (column.kind === "integer" || column.kind === "text") return textSql(table, column);
  throw wrongType(table, column, "text or whole numbers");
}

/** SQL of a column of times as DOUBLE epoch ms. */
export async function millisecondsSql(table: SqlTable, column: TableColumn): Promise<string> {
  const { value, kind } = await timeSql(table, column, { steps: true });
  return kind === "steps" ? `CAST(${value} AS DOUBLE)` : `floor((${value}) / 1000)`;
}

function numberOf(table: SqlTable, column: TableColumn): { sql: string; rule: CellRule | null } {
  if (column.kind === "boolean") return { sql: `CAST(${column.sql} AS DOUBLE)`, rule: null };
  const { value, bad } = numberSql(table, column);
  const rule = { column, refuse: `coalesce(${bad}, false)`, expected: "a number" };
  return { sql: value, rule: column.kind === "text" ? rule : null };
}
