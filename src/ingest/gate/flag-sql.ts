import type { CellRule } from "../check-cells.js";
import { numberSql } from "../column-sql.js";
import type { SqlTable, TableColumn } from "../sql-table.js";

/** A column of yes and no: booleans, 1 and 0, or the texts true and false. */
export interface FlagSql {
  /** DOUBLE: 1, 0, or NULL where the cell is empty. */
  value: string;
  /** Refuses what is neither; empty cells pass. */
  rule: CellRule;
}

/** SQL of a flag. */
export function flagSql(table: SqlTable, column: TableColumn): FlagSql {
  const expected = "true or false, 1 or 0";
  if (column.kind === "boolean") {
    return { value: `CAST(${column.sql} AS DOUBLE)`, rule: { column, refuse: "false", expected } };
  }
  const text = `lower(trim(CAST(${column.sql} AS VARCHAR)))`;
  const number = column.kind === "text" ? `TRY_CAST(${column.sql} AS DOUBLE)` : numberSql(table, column).value;
  const value = `CASE WHEN ${text} = 'true' THEN 1.0::DOUBLE WHEN ${text} = 'false' THEN 0.0::DOUBLE ELSE ${number} END`;
  return { value, rule: { column, refuse: `(${text} <> '' AND coalesce((${value}) NOT IN (0, 1), true))`, expected } };
}
