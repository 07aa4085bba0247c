import { chartCaption } from "./chart-caption.js";
import { cellsMarkdown, titleMarkdown } from "./markdown.js";
import { originMarkdown } from "./markdown-cells.js";
import { escapeMarkdown } from "./markdown-escape.js";
import { LIGHT } from "./palette.js";
import { oneLine } from "./plain-text.js";
import { renderSvg } from "./svg.js";
import type { Cell, ChartCell, Report } from "./types.js";
import { CHART_CONFIG } from "./vega/chart-config.js";
import { downsample } from "./vega/downsample.js";
import { withoutLinks } from "./vega/prepare-spec.js";

/** An output of a code cell, by media type. */
export interface NotebookOutput {
  output_type: "display_data";
  data: Record<string, unknown>;
  metadata: Record<string, never>;
}

/** A cell of a Jupyter notebook. */
export type NotebookCell =
  | { cell_type: "markdown"; id: string; metadata: Record<string, unknown>; source: string }
  | {
      cell_type: "code";
      id: string;
      metadata: Record<string, unknown>;
      source: string;
      execution_count: null;
      outputs: NotebookOutput[];
    };

/** A Jupyter notebook, nbformat 4.5. */
export interface Notebook {
  nbformat: 4;
  nbformat_minor: 5;
  metadata: Record<string, unknown>;
  cells: NotebookCell[];
}

/** Options of {@link renderNotebook}. */
export interface NotebookOptions {
  /** Pictures that `renderSvg` has drawn already, by the cell's id; the others are drawn. */
  pictures?: ReadonlyMap<string, string>;
}

const MAX_ID = 64;
const VEGA_LITE_5 = "https://vega.github.io/schema/vega-lite/v5.json";

/** Ids of at most 64 characters, each once, as nbformat asks. */
function idMaker(): (wanted: string) => string {
  const used = new Set<string>();
  return (wanted) => {
    let id = wanted.slice(0, MAX_ID);
    for (let n = 2; used.has(id); n += 1) id = `${wanted.slice(0, MAX_ID - String(n).length - 1)}-${n}`;
    used.add(id);
    return id;
  };
}

async function chartCell(cell: ChartCell, id: string, picture: string | undefined): Promise<NotebookCell> {
  const { spec } = downsample(cell.spec);
  const config = { ...structuredClone(CHART_CONFIG), ...(spec["config"] as object | undefined) };
  return {
    cell_type: "code",
    id,
    metadata: { jupyter: { source_hidden: true } },
    source: `# Chart ${cell.id}: its data is in the output.`,
    execution_count: null,
    outputs: [
      {
        output_type: "display_data",
        data: {
          "application/vnd.vegalite.v5+json": {
            ...withoutLinks(spec),
            $schema: VEGA_LITE_5,
            config,
            background: LIGHT.page,
            width: 640,
          },
          "image/svg+xml": picture ?? (await renderSvg({ ...spec, description: cell.alt })),
          "text/plain": oneLine(cell.alt),
        },
        metadata: {},
      },
    ],
  };
}

const codeCell = (id: string, source: string): NotebookCell => ({
  cell_type: "code",
  id,
  metadata: {},
  source,
  execution_count: null,
  outputs: [],
});

/** Python runs in the notebook's kernel when the reader asks for it; other languages are shown. */
const isPython = (cell: Cell): boolean => cell.kind === "code" && /^python3?$/i.test(cell.language);

/**
 * Renders a report as a Jupyter notebook whose charts are outputs already: no kernel is needed to read it.
 *
 * @throws ReportError when a chart cannot be drawn
 */
export async function renderNotebook(report: Report, { pictures }: NotebookOptions = {}): Promise<Notebook> {
  const makeId = idMaker();
  const ids = report.cells.map(({ id }) => makeId(id));
  const words = cellsMarkdown(report.cells, {});
  const markdown = (id: string, source: string): NotebookCell => ({ cell_type: "markdown", id, metadata: {}, source });
  const cells = [markdown(makeId("title"), titleMarkdown(report))];
  for (const [i, cell] of report.cells.entries()) {
    if (cell.kind === "chart") {
      cells.push(await chartCell(cell, ids[i], pictures?.get(cell.id)));
      const caption = chartCaption(cell);
      if (caption) cells.push(markdown(makeId(`${cell.id}-caption`), escapeMarkdown(caption)));
    } else if (cell.kind === "code" && isPython(cell)) cells.push(codeCell(ids[i], cell.source));
    else cells.push(markdown(ids[i], words[i]));
  }
  const origin = originMarkdown(report);
  if (origin) cells.push(markdown(makeId("origin"), origin));
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { display_name: "Python 3", language: "python", name: "python3" },
      language_info: { name: "python" },
      title: oneLine(report.title),
    },
    cells,
  };
}

/** A notebook as the text of an `.ipynb` file, laid out as Jupyter does. */
export function notebookText(notebook: Notebook): string {
  return `${JSON.stringify(notebook, null, 1)}\n`;
}
