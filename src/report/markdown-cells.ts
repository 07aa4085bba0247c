import { chartCaption } from "./chart-caption.js";
import { escapeMarkdown } from "./markdown-escape.js";
import { formatNumber, formatScalar, withUnit } from "./number-format.js";
import { isNumeric } from "./numeric-column.js";
import { SEVERITY_WORDS } from "./severity.js";
import type { ChartCell, Metric, MetricsCell, Report, TableCell, WarningCell } from "./types.js";
import { titleOf } from "./vega/prepare-spec.js";

/** A pipe table; `right` marks the columns of numbers. */
function pipeTable(head: readonly string[], rows: readonly (readonly string[])[], right: readonly boolean[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(right.map((isRight) => (isRight ? "---:" : "---"))), ...rows.map(line)].join("\n");
}

function change({ delta, unit }: Metric): string {
  if (delta === undefined) return "";
  return delta === 0 ? "no change" : escapeMarkdown(withUnit(`${delta > 0 ? "+" : ""}${formatNumber(delta)}`, unit));
}

/** Key figures as a table, with a column for changes where there are any. */
export function metricsMarkdown({ items }: MetricsCell): string {
  const changes = items.some(({ delta }) => delta !== undefined);
  const rows = items.map((item) => [
    escapeMarkdown(item.label),
    escapeMarkdown(withUnit(formatScalar(item.value), item.unit)),
    ...(changes ? [change(item)] : []),
  ]);
  return pipeTable(["Key figure", "Value", ...(changes ? ["Change"] : [])], rows, [
    false,
    true,
    ...(changes ? [true] : []),
  ]);
}

/** A table with its caption above. */
export function tableMarkdown({ caption, columns, rows }: TableCell): string {
  const numeric = columns.map((column) => isNumeric(column, rows));
  const head = columns.map(({ name, label, unit }) =>
    escapeMarkdown(unit ? `${label ?? name} (${unit})` : (label ?? name)),
  );
  const body = rows.map((row) =>
    columns.map(({ name, format }) =>
      escapeMarkdown(formatScalar(Object.hasOwn(row, name) ? row[name] : null, format)),
    ),
  );
  const table = pipeTable(head, body, numeric);
  return caption ? `**${escapeMarkdown(caption)}**\n\n${table}` : table;
}

/** A chart's title, its picture (or its words, when no picture was made) and its caption. */
export function chartMarkdown(cell: ChartCell, path: string | null): string {
  const title = titleOf(cell.spec);
  const caption = chartCaption(cell);
  const alt = escapeMarkdown(cell.alt);
  const picture =
    path === null ? `Chart: ${alt}` : `![${alt}](${encodeURI(path).replace(/[()<>]/g, encodeURIComponent)})`;
  return [title ? `**${escapeMarkdown(title)}**` : "", picture, caption ? escapeMarkdown(caption) : ""]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** A warning as a quotation that names its severity. */
export function warningMarkdown({ severity, message }: WarningCell): string {
  return `> **${SEVERITY_WORDS[severity]}.** ${escapeMarkdown(message)}`;
}

/** Where the report comes from; empty when nothing is known. */
export function originMarkdown({ parameters = [], provenance }: Report): string {
  if (parameters.length === 0 && !provenance) return "";
  const facts = [
    ...parameters.map(({ name, value, unit }) => [name, withUnit(formatScalar(value), unit)]),
    ...(provenance ? [["Made by", `${provenance.tool} ${provenance.version}`]] : []),
    ...(provenance?.seed === undefined ? [] : [["Seed", String(provenance.seed)]]),
  ].map((row) => row.map(escapeMarkdown));
  const inputs = (provenance?.inputs ?? []).map(({ name, sha256, rows }) => [
    escapeMarkdown(name),
    formatScalar(rows, "integer"),
    escapeMarkdown(sha256),
  ]);
  return [
    "## How this report was made",
    ...(facts.length > 0 ? [pipeTable(["Fact", "Value"], facts, [false, false])] : []),
    ...(inputs.length > 0 ? [pipeTable(["Input", "Rows", "SHA-256"], inputs, [false, true, false])] : []),
  ].join("\n\n");
}
