import { numberSql, textSql } from "./column-sql.js";
import { optionalColumn } from "./optional-columns.js";
import type { SqlTable } from "./sql-table.js";
import type { ReadOptions } from "./types.js";

/** Columns of a table in memory, in the order of its rows. */
export interface LoadedColumns {
  /** Rows. */
  n: number;
  /** Numbers, NaN where the cell is empty; undefined where there is no such column. */
  number(name: string): Float64Array | undefined;
  /** Texts, `""` where the cell is empty. */
  text(name: string): string[] | undefined;
}

/**
 * Loads those of the named columns that the table has.
 *
 * @param more numbers by name that are no plain column: SQL expressions of type DOUBLE
 */
export async function loadColumns(
  table: SqlTable,
  numbers: readonly string[],
  texts: readonly string[],
  options: ReadOptions,
  more: Readonly<Record<string, string>> = {},
): Promise<LoadedColumns> {
  const here = (name: string) => optionalColumn(table, name) !== undefined;
  const select = [
    ...Object.entries(more).map(([name, sql]) => `${sql} AS "${name}"`),
    ...numbers.filter(here).map((name) => `${numberSql(table, table.column(name)).value} AS "${name}"`),
    ...texts.filter(here).map((name) => `coalesce(${textSql(table, table.column(name))}, '') AS "${name}"`),
  ];
  const [count] = await table.engine.rows({ sql: `SELECT count(*) AS n FROM ${table.relation}` }, options);
  const n = Number(count["n"]);
  const number = new Map([...Object.keys(more), ...numbers.filter(here)].map((name) => [name, new Float64Array(n)]));
  const text = new Map(texts.filter(here).map((name) => [name, new Array<string>(n)]));
  let done = 0;
  const sql = `SELECT ${select.join(", ")} FROM ${table.relation}`;
  for await (const { rows, columns } of table.engine.query({ sql }, options)) {
    for (const [name, to] of number) to.set(columns[name].data as Float64Array, done);
    for (const [name, to] of text) {
      const { data } = columns[name];
      for (let row = 0; row < rows; row++) to[done + row] = data[row] as string;
    }
    done += rows;
  }
  return { n, number: (name) => number.get(name), text: (name) => text.get(name) };
}
