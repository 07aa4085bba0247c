export { type BaseMap, readBaseMap } from "./base-map.js";
export * from "./charts/index.js";
export { defineReport } from "./define-report.js";
export { type HtmlOptions, renderHtml } from "./html/render-html.js";
export { renderJson } from "./json.js";
export { type MarkdownOptions, renderMarkdown } from "./markdown.js";
export { escapeMarkdown } from "./markdown-escape.js";
export { reportJsonSchema, reportSchema } from "./model.js";
export {
  type Notebook,
  type NotebookCell,
  type NotebookOptions,
  type NotebookOutput,
  notebookText,
  renderNotebook,
} from "./notebook.js";
export { formatInstant, formatNumber, formatScalar } from "./number-format.js";
export { renderPdf } from "./pdf.js";
export { type PngOptions, renderPng } from "./png.js";
export { renderQmd } from "./qmd.js";
export { type ChartOptions, renderSvg } from "./svg.js";
export type * from "./types.js";
export { UNDATED } from "./undated.js";
