import { formatScalar, isWholeText, MISSING } from "../number-format.js";
import { isNumeric } from "../numeric-column.js";
import type { Scalar, TableCell, TableColumn } from "../types.js";
import { escapeHtml } from "./escape-html.js";

/** What a script sorts by when it is not the text shown. */
function sortKey(value: Scalar | undefined, format?: string): string {
  return typeof value === "number" || isWholeText(value, format) ? ` data-value="${value}"` : "";
}

function headCell(column: TableColumn, numeric: boolean): string {
  const unit = column.unit ? ` <span class="unit">(${escapeHtml(column.unit)})</span>` : "";
  const label = `<span class="label">${escapeHtml(column.label ?? column.name)}${unit}</span>`;
  return `<th scope="col"${numeric ? ' class="number"' : ""}>${label}</th>`;
}

/** Longest text, in characters, that is kept on one line. */
const ONE_LINE = 20;

/** Whether all texts of a column (dates, names) are short enough to stay on one line. */
function isShort(column: TableColumn, rows: TableCell["rows"]): boolean {
  return rows.every((row) => {
    const value = Object.hasOwn(row, column.name) ? row[column.name] : null;
    return formatScalar(value, column.format).length <= ONE_LINE;
  });
}

/** A table whose header the page's script turns into sort buttons, in a scroll region that the keyboard reaches. */
export function tableHtml(cell: TableCell, unique: (label: string) => string): string {
  const numeric = cell.columns.map((column) => isNumeric(column, cell.rows));
  const kinds = cell.columns.map((column, i) => (numeric[i] ? "number" : isShort(column, cell.rows) ? "short" : null));
  const head = cell.columns.map((column, i) => headCell(column, numeric[i])).join("");
  const body = cell.rows.map((row) => {
    const cells = cell.columns.map((column, i) => {
      const value = Object.hasOwn(row, column.name) ? row[column.name] : null;
      const text = formatScalar(value, column.format);
      const missing = text === MISSING ? ' aria-label="missing"' : "";
      const content = missing ? `<span role="img"${missing}>${MISSING}</span>` : escapeHtml(text);
      return `<td${kinds[i] ? ` class="${kinds[i]}"` : ""}${sortKey(value, column.format)}>${content}</td>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  const caption = cell.caption ? `<p class="figure-title">${escapeHtml(cell.caption)}</p>` : "";
  const label = `aria-label="${escapeHtml(unique(cell.caption ?? "Table"))}"`;
  return [
    `<div class="cell table" id="${escapeHtml(cell.id)}">${caption}<div class="scroll" role="region" tabindex="0" ${label}>`,
    `<table data-sortable ${label}><thead><tr>${head}</tr></thead><tbody>${body.join("\n")}</tbody></table></div></div>`,
  ].join("");
}
