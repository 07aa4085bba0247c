import { ReportError } from "../../core/errors.js";
import { chartCaption } from "../chart-caption.js";
import type { ChartCell } from "../types.js";
import { compileSpec } from "../vega/compile-spec.js";
import { downsample } from "../vega/downsample.js";
import { drawSvg } from "../vega/draw-svg.js";
import { isSinglePlot, prepareSpec, titleOf } from "../vega/prepare-spec.js";
import { recolour } from "../vega/recolour.js";
import type { ThemeColours } from "../vega/theme-colours.js";
import type { VegaSpec } from "../vega/vega-spec.js";
import { escapeHtml } from "./escape-html.js";

/** Whole widths of the still pictures, px: one for pages and paper, one for phones. */
const WIDTHS = { wide: 760, narrow: 326 } as const;

/** A chart's markup and what the script needs to bring it to life. */
export interface ChartHtml {
  html: string;
  live: { id: string; spec: VegaSpec; fits: boolean };
}

/** Makes ids of a picture its own, as several pictures share the page. */
function withOwnIds(svg: string, prefix: string): string {
  return svg.replace(/<[^<>]*>/g, (tag) =>
    tag.replace(/ id="(d\d+)"/g, ` id="${prefix}-$1"`).replace(/url\(#(d\d+)\)/g, `url(#${prefix}-$1)`),
  );
}

/**
 * A chart as still pictures for wide and narrow pages, in colours that follow the page's scheme.
 *
 * @throws ReportError naming the cell when its spec cannot be drawn
 */
export async function chartHtml(
  cell: ChartCell,
  index: number,
  colours: ThemeColours,
  unique: (label: string) => string,
): Promise<ChartHtml> {
  try {
    const { spec } = downsample(cell.spec);
    const fits = isSinglePlot(spec);
    const compile = async (hover: boolean): Promise<VegaSpec> =>
      recolour(await compileSpec(prepareSpec(spec, { width: WIDTHS.wide, title: false, hover })), colours.paint);
    const kinds = fits ? ["wide", "narrow"] : ["fixed"];
    const pictures = await drawSvg(await compile(false), fits ? [WIDTHS.wide, WIDTHS.narrow] : []);
    const stills = pictures.map((picture, i) =>
      withOwnIds(picture, `${cell.id}-${kinds[i]}`).replace(
        "<svg ",
        `<svg class="${kinds[i]}" aria-hidden="true" focusable="false" `,
      ),
    );
    const id = escapeHtml(cell.id);
    const title = titleOf(spec);
    const caption = chartCaption(cell);
    const box = `<div class="chart" data-chart="${id}" role="img" aria-label="${escapeHtml(cell.alt)}">${stills.join("")}</div>`;
    const scroll = fits
      ? box
      : `<div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(unique(title ?? cell.alt))}">${box}</div>`;
    return {
      html: [
        `<figure class="cell figure" id="${id}">`,
        title ? `<p class="figure-title">${escapeHtml(title)}</p>` : "",
        scroll,
        caption ? `<figcaption>${escapeHtml(caption)}</figcaption>` : "",
        "</figure>",
      ].join(""),
      live: { id: cell.id, spec: await compile(true), fits },
    };
  } catch (error) {
    if (!(error instanceof ReportError)) throw error;
    throw new ReportError("E_REPORT_INVALID", `$.cells[${index}].spec: ${error.message}`, {
      path: `$.cells[${index}].spec`,
    });
  }
}
