import { type CellRule, nameRule, numberRule } from "./check-cells.js";
import { textSql } from "./column-sql.js";
import type { SqlTable, TableColumn } from "./sql-table.js";

/** The column of this name, if the table has it. */
export function optionalColumn(table: SqlTable, name: string): TableColumn | undefined {
  return table.columns.find((column) => column.name === name);
}

/** Rules for columns that may be missing, and whose cells may be empty. */
export interface OptionalRules {
  rules: CellRule[];
  /** @param holds condition on `$`, the number */
  number(name: string, holds: string, expected: string): void;
  /** @param pattern regular expression of the whole cell */
  text(name: string, pattern: string, expected: string): void;
}

export function optionalRules(table: SqlTable): OptionalRules {
  const rules: CellRule[] = [];
  const add = (column: TableColumn, { refuse, expected }: Pick<CellRule, "refuse" | "expected">): void => {
    const empty = nameRule(table, column, "").refuse;
    rules.push({ column, refuse: `(NOT ${empty} AND ${refuse})`, expected });
  };
  return {
    rules,
    number(name, holds, expected) {
      const column = optionalColumn(table, name);
      if (column) add(column, numberRule(table, column, holds, expected));
    },
    text(name, pattern, expected) {
      const column = optionalColumn(table, name);
      if (!column) return;
      const literal = table.engine.dialect.literal(pattern);
      add(column, { refuse: `NOT regexp_full_match(${textSql(table, column)}, ${literal})`, expected });
    },
  };
}
