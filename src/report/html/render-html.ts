import { createHash } from "node:crypto";
import { formatInstant } from "../number-format.js";
import type { ProseHeading } from "../prose.js";
import type { Cell, Report, Theme } from "../types.js";
import { UNDATED } from "../undated.js";
import { OUTER_WIDTH } from "../vega/fit-guides.js";
import { ThemeColours } from "../vega/theme-colours.js";
import type { VegaSpec } from "../vega/vega-spec.js";
import { cellsHtml } from "./cells-html.js";
import { embedJson, escapeHtml } from "./escape-html.js";
import { originHtml } from "./origin-html.js";
import { pageStyle } from "./page-style.js";
import { addOnsOf, type RuntimeName, readRuntime } from "./runtime-assets.js";

/** Options of {@link renderHtml}. */
export interface HtmlOptions {
  /** `full` (default): live charts and sortable tables; `none`: no script at all. */
  interactive?: "full" | "none";
  /** `auto` (default) follows the reader's colour scheme. */
  theme?: Theme;
}

const DEFAULTS = Object.freeze({ interactive: "full" as const, theme: "auto" as Theme });

/** Pages with at least this many headings get a table of contents. */
const CONTENTS_FROM = 4;

const hash = (text: string): string => `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;

/** Content policy of a page: nothing but the embedded script and style, by their hashes. */
function policy(style: string, script: string | null): string {
  return [
    "default-src 'none'",
    `script-src ${script === null ? "'none'" : hash(script)}`,
    `style-src ${hash(style)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** Scripts that a page with these compiled charts needs, in order. */
function runtimes(specs: readonly VegaSpec[]): RuntimeName[] {
  if (specs.length === 0) return ["tables"];
  return ["charts", ...[...new Set(specs.flatMap((spec) => [...addOnsOf(spec)]))].sort()];
}

/** Cells before the first chart, table or words belong to the title block: warnings and key figures. */
function leadLength(cells: readonly Cell[]): number {
  const end = cells.findIndex(({ kind }) => kind !== "metrics" && kind !== "warning");
  return end < 0 ? cells.length : end;
}

function contents(headings: readonly ProseHeading[]): string {
  const items = headings
    .filter(({ level }) => level <= 3)
    .map(
      ({ id, level, text }) => `<li${level > 2 ? ' class="deep"' : ""}><a href="#${id}">${escapeHtml(text)}</a></li>`,
    );
  return `<ol class="toc">${items.join("")}</ol>`;
}

function asOf({ generatedAt }: Report): string {
  if (generatedAt === UNDATED) return "";
  return `<p class="as-of">As of <time datetime="${escapeHtml(generatedAt)}">${escapeHtml(formatInstant(generatedAt))}</time></p>`;
}

/** Both places of the table of contents; the style shows the one that fits. */
function navigation(headings: readonly ProseHeading[]): string {
  const list = contents(headings);
  return [
    `<nav class="side" aria-label="Contents">${list}</nav>`,
    `<nav class="contents" aria-label="Contents"><details><summary>Contents</summary>${list}</details></nav>`,
  ].join("");
}

/**
 * Renders a report as one HTML file that needs nothing else: no network, no fonts, no eval.
 *
 * Still pictures come first and stay readable without scripts; the script then swaps in live charts, makes tables
 * sortable and sets `data-fleetlens-ready="1"` on the root element.
 *
 * @throws ReportError when a chart cannot be drawn; UnavailableError when the page's scripts were not built
 */
export async function renderHtml(report: Report, options: HtmlOptions = {}): Promise<string> {
  const { interactive, theme } = { ...DEFAULTS, ...options };
  const colours = new ThemeColours();
  const { cells, headings, charts } = await cellsHtml(report, colours);
  const style = pageStyle(theme, colours);
  const full = interactive === "full";
  const script = full ? (await Promise.all(runtimes(charts.map(({ spec }) => spec)).map(readRuntime))).join("") : null;
  const lead = leadLength(report.cells);
  const long = headings.length >= CONTENTS_FROM;
  const origin = originHtml(report);
  const title = escapeHtml(report.title);
  const scheme = theme === "auto" ? "light dark" : theme;
  return [
    "<!doctype html>",
    `<html lang="en"><head><meta charset="utf-8">`,
    `<meta http-equiv="Content-Security-Policy" content="${policy(style, script)}">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<meta name="color-scheme" content="${scheme}"><meta name="generator" content="fleetlens">`,
    `<title>${title}</title><link rel="icon" href="data:,"><style>${style}</style></head><body>`,
    `<header class="hero"><div class="wrap"><h1>${title}</h1>`,
    asOf(report),
    ...cells.slice(0, lead),
    "</div></header>",
    `<div class="wrap body${long ? " with-side" : ""}">${long ? navigation(headings) : ""}<main>`,
    ...cells.slice(lead),
    "</main></div>",
    origin ? `<footer><div class="wrap">${origin}</div></footer>` : "",
    full && charts.length > 0
      ? `<script type="application/json" id="fleetlens-charts">${embedJson({ outerWidth: OUTER_WIDTH, charts })}</script>`
      : "",
    script === null ? "" : `<script>${script}</script>`,
    "</body></html>",
    "",
  ].join("\n");
}
