import { chartMarkdown, metricsMarkdown, originMarkdown, tableMarkdown, warningMarkdown } from "./markdown-cells.js";
import { codeFence, escapeMarkdown } from "./markdown-escape.js";
import { formatInstant } from "./number-format.js";
import { proseMarkdown } from "./prose.js";
import type { Cell, Report } from "./types.js";
import { UNDATED } from "./undated.js";

/** Options of {@link renderMarkdown}. */
export interface MarkdownOptions {
  /** Path of a chart's picture from the Markdown file; without it, charts are told by their `alt`. */
  chartPath?: (id: string) => string;
}

function cellMarkdown(cell: Exclude<Cell, { kind: "prose" }>, { chartPath }: MarkdownOptions): string {
  switch (cell.kind) {
    case "metrics":
      return metricsMarkdown(cell);
    case "table":
      return tableMarkdown(cell);
    case "chart":
      return chartMarkdown(cell, chartPath?.(cell.id) ?? null);
    case "code":
      return codeFence(cell.source, cell.language);
    case "warning":
      return warningMarkdown(cell);
  }
}

/** The cells as Markdown blocks in order; heading levels go on from cell to cell. */
export function cellsMarkdown(cells: readonly Cell[], options: MarkdownOptions): string[] {
  const blocks: string[] = [];
  let level = 1;
  for (const cell of cells) {
    if (cell.kind === "prose") {
      const prose = proseMarkdown(cell.markdown, level);
      level = prose.level;
      blocks.push(prose.markdown);
    } else blocks.push(cellMarkdown(cell, options));
  }
  return blocks;
}

/** Title and time as the first blocks of a document. */
export function titleMarkdown({ title, generatedAt }: Report): string {
  const heading = `# ${escapeMarkdown(title)}`;
  return generatedAt === UNDATED ? heading : `${heading}\n\nAs of ${formatInstant(generatedAt)}`;
}

/** Renders a report as Markdown that reads well in a pull request. Text from data renders as text, whatever it holds. */
export function renderMarkdown(report: Report, options: MarkdownOptions = {}): string {
  const blocks = [titleMarkdown(report), ...cellsMarkdown(report.cells, options), originMarkdown(report)];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}
