import { cellsMarkdown, type MarkdownOptions } from "./markdown.js";
import { originMarkdown } from "./markdown-cells.js";
import { escapeMarkdown } from "./markdown-escape.js";
import type { Report } from "./types.js";
import { UNDATED } from "./undated.js";

/** Quarto reads front matter as Markdown; a JSON string is a YAML string, whatever it holds. */
const yamlString = (text: string): string => JSON.stringify(escapeMarkdown(text));

/** Quarto reads shortcodes in code too; its way of writing them out is a third brace. */
const withoutShortcodes = (block: string): string => block.replace(/\{\{</g, "{{{<").replace(/>\}\}/g, ">}}}");

/** Renders a report as a Quarto document; its code is shown and never run. */
export function renderQmd(report: Report, options: MarkdownOptions = {}): string {
  const head = [
    "---",
    `title: ${yamlString(report.title)}`,
    ...(report.generatedAt === UNDATED ? [] : [`date: ${yamlString(report.generatedAt)}`]),
    "format:",
    "  html:",
    "    embed-resources: true",
    "execute:",
    "  enabled: false",
    "---",
  ].join("\n");
  const blocks = [head, ...cellsMarkdown(report.cells, options).map(withoutShortcodes), originMarkdown(report)];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}
