import { InputError } from "../core/errors.js";
import type { EngineTable } from "./engine-table.js";
import type { FoundRow, SqlTable, TableColumn } from "./sql-table.js";

/** How a column is read as a number. */
export interface NumberSql {
  /** DOUBLE, NULL where the cell is empty (or bad). */
  value: string;
  /** Condition for a cell that is neither empty nor a number. */
  bad: string;
}

/** SQL of a numeric column; text cells are parsed, booleans and nested types are refused. */
export function numberSql(table: SqlTable, column: TableColumn): NumberSql {
  if (column.kind === "text") {
    const value = `TRY_CAST(${column.sql} AS DOUBLE)`;
    return { value, bad: `(${value} IS NULL AND trim(${column.sql}) <> '')` };
  }
  if (column.kind === "integer" || column.kind === "float") {
    return { value: `CAST(${column.sql} AS DOUBLE)`, bad: "false" };
  }
  throw wrongType(table, column, "a number");
}

/** SQL of a column as text; numbers become their decimal text. */
export function textSql(table: SqlTable, column: TableColumn): string {
  if (column.kind === "other") throw wrongType(table, column, "text");
  return table.engine.dialect.toText(column.sql);
}

/** The error for a column of a type that cannot be meant. */
export function wrongType(table: Pick<EngineTable, "files">, column: TableColumn, expected: string): InputError {
  const file = table.files[0].name;
  return new InputError(`${file}: column "${column.name}" has type ${column.type}; expected ${expected}`, {
    file,
    column: column.name,
    type: column.type,
  });
}

/** `file row n: column "c": got …; expected …`, with the facts in the details. */
export function cellError(found: FoundRow, column: Pick<TableColumn, "name">, expected: string): InputError {
  const { file, row } = found;
  const value = found.values[column.name];
  const got = value === null ? "an empty cell" : JSON.stringify(value.slice(0, 100));
  return new InputError(`${file} row ${row}: column "${column.name}": got ${got}, expected ${expected}`, {
    file,
    row,
    column: column.name,
    value: value?.slice(0, 100) ?? null,
  });
}

/** Throws {@link cellError} for the first row that satisfies a condition known to hold somewhere. */
export async function refuseCell(
  table: SqlTable,
  condition: string,
  column: TableColumn,
  expected: string,
): Promise<never> {
  const [found] = await table.find(condition, [column]);
  if (found) throw cellError(found, column, expected);
  throw new InputError(`${table.files[0].name}: column "${column.name}": expected ${expected}`, {
    column: column.name,
  });
}
