import { isWholeText } from "./number-format.js";
import type { TableCell, TableColumn } from "./types.js";

/** Whether a column holds numbers only (and missing values); its cells are right-aligned. */
export function isNumeric(column: TableColumn, rows: TableCell["rows"]): boolean {
  const values = rows.flatMap((row) => (Object.hasOwn(row, column.name) ? [row[column.name]] : []));
  const known = values.filter((value) => value !== null);
  return (
    column.format !== "text" &&
    known.length > 0 &&
    known.every((value) => typeof value === "number" || isWholeText(value, column.format))
  );
}
