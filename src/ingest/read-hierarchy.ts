import { InputError } from "../core/errors.js";
import type { HierarchyLeaf } from "../forecast/index.js";
import { refuseCell, textSql } from "./column-sql.js";
import { withTable } from "./read-table.js";
import type { ReadOptions } from "./types.js";

/**
 * The places of all series of a table in its hierarchy, one entry for each place that an id has (more than one is for
 * `buildHierarchy` to refuse), sorted by the UTF-8 bytes of the id.
 *
 * @param columns columns of the levels from the top; the last one holds the ids
 * @throws InputError for a missing column and an empty level name
 */
export async function readHierarchy(
  input: string | readonly string[],
  columns: readonly string[],
  options: ReadOptions = {},
): Promise<HierarchyLeaf[]> {
  return withTable(input, { ...options, columns }, async (table) => {
    const found = columns.map((name) => table.column(name));
    for (const column of found) {
      const empty = `(${column.sql} IS NULL OR CAST(${column.sql} AS VARCHAR) = '')`;
      const sql = `SELECT 1 FROM ${table.relation} WHERE ${empty} LIMIT 1`;
      if ((await table.engine.rows({ sql }, options)).length > 0) await refuseCell(table, empty, column, "a name");
    }
    const names = found.map((column, i) => `${textSql(table, column)} AS level_${i}`);
    const order = columns.map((_, i) => `level_${columns.length - 1 - i}`);
    const sql = `SELECT DISTINCT ${names.join(", ")} FROM ${table.relation} ORDER BY ${order.join(", ")}`;
    const leaves: HierarchyLeaf[] = [];
    for await (const batch of table.engine.query({ sql }, options)) {
      const levels = columns.map((_, i) => batch.columns[`level_${i}`].data as string[]);
      for (let row = 0; row < batch.rows; row++) {
        leaves.push({ id: levels[columns.length - 1][row], levels: levels.slice(0, -1).map((level) => level[row]) });
      }
    }
    if (leaves.length === 0) throw new InputError(`${table.files[0].name}: the file has no rows`);
    return leaves;
  });
}
