import { InputError } from "../core/errors.js";
import { textSql } from "./column-sql.js";
import type { SqlTable, TableColumn } from "./sql-table.js";
import type { ReadOptions } from "./types.js";

/**
 * Throws for the first name that two rows have.
 *
 * @param what kind of thing the column names, e.g. `pod`
 */
export async function refuseTwice(
  table: SqlTable,
  column: TableColumn,
  what: string,
  options: ReadOptions,
): Promise<void> {
  const name = textSql(table, column);
  const sql = `SELECT ${name} AS name FROM ${table.relation} GROUP BY 1 HAVING count(*) > 1 ORDER BY 1 LIMIT 1`;
  const [twice] = await table.engine.rows({ sql }, options);
  if (!twice) return;
  const value = String(twice["name"]);
  const rows = await table.find(`${name} = ${table.engine.dialect.literal(value)}`, [column], 2);
  const where = rows.map(({ file, row }) => `${file} row ${row}`).join(" and ");
  const details = { file: rows[1]?.file, row: rows[1]?.row, column: column.name, value };
  throw new InputError(`${where}: column "${column.name}": ${what} "${value}" is there twice; keep one`, details);
}
