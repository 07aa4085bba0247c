import { numberSql, refuseCell, textSql } from "./column-sql.js";
import type { SqlTable, TableColumn } from "./sql-table.js";
import type { ReadOptions } from "./types.js";

/** What a cell of a column must not be. */
export interface CellRule {
  column: TableColumn;
  /** SQL condition. */
  refuse: string;
  /** What is expected instead. */
  expected: string;
}

/** A rule for names: neither missing nor empty. */
export function nameRule(table: SqlTable, column: TableColumn, expected: string): CellRule {
  return { column, refuse: `(${column.sql} IS NULL OR ${textSql(table, column)} = '')`, expected };
}

/** A rule for numbers: there, finite, and as the condition (on `$`, the number) says. */
export function numberRule(table: SqlTable, column: TableColumn, holds: string, expected: string): CellRule {
  const { value, bad } = numberSql(table, column);
  const wrong = `isnan(${value}) OR isinf(${value}) OR NOT (${holds.replaceAll("$", value)})`;
  return { column, refuse: `(${bad} OR ${value} IS NULL OR ${wrong})`, expected };
}

/** Condition of a whole number that a double holds exactly, for {@link numberRule}. */
export const WHOLE = "$ = floor($) AND abs($) <= 9007199254740992";

/** Reads the table once and throws for the first cell, in the order of the rules, that breaks one. */
export async function checkCells(table: SqlTable, rules: readonly CellRule[], options: ReadOptions): Promise<void> {
  const counts = rules.map(({ refuse }, i) => `count_if(${refuse}) AS bad_${i}`);
  const [row] = await table.engine.rows({ sql: `SELECT ${counts.join(", ")} FROM ${table.relation}` }, options);
  for (const [i, { column, refuse, expected }] of rules.entries()) {
    if (Number(row[`bad_${i}`]) > 0) await refuseCell(table, refuse, column, expected);
  }
}
