import { InputError } from "../../core/errors.js";
import { refuseCell, wrongType } from "../column-sql.js";
import type { SqlTable, TableColumn } from "../sql-table.js";
import type { ReadOptions } from "../types.js";

const NUMBERS = /^(U?(TINY|SMALL|BIG)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\))\[\d*\]$/;
const EXPECTED = "a vector of finite numbers such as [0.1, 0.2]";

/**
 * A column of vectors (lists or arrays of numbers, or text such as `[0.1, 0.2]`) as a numeric column for each place:
 * `<name>0`, `<name>1`, ….
 *
 * @throws InputError naming file, column and row of a cell that is empty, holds something else than finite numbers, or is
 *   not as long as the first one
 */
export async function vectorColumns(
  table: SqlTable,
  column: TableColumn,
  options: ReadOptions,
): Promise<{ name: string; kind: "numeric"; sql: string }[]> {
  const { name, kind, type } = column;
  if (kind !== "text" && !NUMBERS.test(type)) {
    throw wrongType(table, column, "lists of numbers such as FLOAT[], or text such as [0.1, 0.2]");
  }
  const vector = `TRY_CAST(${column.sql} AS DOUBLE[])`;
  const [first] = await table.engine.rows(
    { sql: `SELECT len(${vector}) AS n FROM ${table.relation} LIMIT 1` },
    options,
  );
  const dimensions = Number(first?.["n"] ?? 0);
  // NaN and infinity are the largest of numbers to DuckDB.
  const bad = `coalesce(len(${vector}) = 0 OR list_count(${vector}) < len(${vector}) OR NOT isfinite(list_max(${vector})) OR NOT isfinite(list_min(${vector})), true)`;
  const unequal = `len(${vector}) <> ${dimensions}`;
  const sql = `SELECT count_if(${bad}) AS bad, count_if(${unequal}) AS unequal FROM ${table.relation}`;
  const [counted] = await table.engine.rows({ sql }, options);
  if (Number(counted["bad"]) > 0) await refuseCell(table, bad, column, EXPECTED);
  if (Number(counted["unequal"]) > 0) {
    await refuseCell(table, unequal, column, `${dimensions} numbers as in the first row`);
  }
  return Array.from({ length: dimensions }, (_, i) => {
    const place = `${name}${i}`;
    if (table.columns.some((other) => other.name === place)) {
      const file = table.files[0].name;
      throw new InputError(
        `${file}: column "${name}" holds vectors, whose places would be called as column "${place}" is; rename one of them`,
        { file, column: place },
      );
    }
    return { name: place, kind: "numeric" as const, sql: `${vector}[${i + 1}]` };
  });
}
