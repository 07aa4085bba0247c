import { type ProseHeading, proseHtml } from "../prose.js";
import type { Report } from "../types.js";
import type { ThemeColours } from "../vega/theme-colours.js";
import { type ChartHtml, chartHtml } from "./chart-html.js";
import { escapeHtml } from "./escape-html.js";
import { metricsHtml } from "./metrics-html.js";
import { noteHtml } from "./note-html.js";
import { tableHtml } from "./table-html.js";
import { uniqueLabels } from "./unique-labels.js";

/** All cells as markup, with the headings and charts among them. */
export interface CellsHtml {
  /** Markup of the cells in order. */
  cells: string[];
  headings: ProseHeading[];
  charts: ChartHtml["live"][];
}

/** Renders the cells in order; heading levels go on from cell to cell. */
export async function cellsHtml(report: Report, colours: ThemeColours): Promise<CellsHtml> {
  const result: CellsHtml = { cells: [], headings: [], charts: [] };
  const unique = uniqueLabels();
  let level = 1;
  for (const [index, cell] of report.cells.entries()) {
    switch (cell.kind) {
      case "prose": {
        const prose = proseHtml(cell.markdown, cell.id, level);
        level = prose.level;
        result.headings.push(...prose.headings);
        result.cells.push(`<div class="cell prose" id="${escapeHtml(cell.id)}">${prose.html}</div>`);
        break;
      }
      case "chart": {
        const { html, live } = await chartHtml(cell, index, colours, unique);
        result.charts.push(live);
        result.cells.push(html);
        break;
      }
      case "code":
        result.cells.push(
          `<div class="cell code" id="${escapeHtml(cell.id)}"><p class="language">${escapeHtml(cell.language)}</p><pre><code>${escapeHtml(cell.source)}</code></pre></div>`,
        );
        break;
      case "metrics":
        result.cells.push(metricsHtml(cell));
        break;
      case "table":
        result.cells.push(tableHtml(cell, unique));
        break;
      case "warning":
        result.cells.push(noteHtml(cell));
        break;
    }
  }
  return result;
}
