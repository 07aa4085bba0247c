import { escapeHtml } from "./html/escape-html.js";
import { LIGHT } from "./palette.js";
import { oneLine } from "./plain-text.js";
import type { VegaLiteSpec } from "./types.js";
import { FONT_STACK } from "./vega/chart-config.js";
import { compileSpec } from "./vega/compile-spec.js";
import { downsample } from "./vega/downsample.js";
import { drawSvg } from "./vega/draw-svg.js";
import { prepareSpec } from "./vega/prepare-spec.js";
import { darkOf, recolour } from "./vega/recolour.js";

/** Options of {@link renderSvg}. */
export interface ChartOptions {
  /** Whole width in px, for charts that are one plot; default 720. */
  width?: number;
  /** Colour scheme; default light. */
  theme?: "light" | "dark";
}

const DEFAULTS = Object.freeze({ width: 720, theme: "light" as const });

/**
 * Draws a chart as a self-contained SVG file.
 *
 * Its `description` becomes the picture's label; more than 5,000 points are thinned.
 *
 * @throws ReportError when the spec cannot be compiled or drawn
 */
export async function renderSvg(spec: VegaLiteSpec, options: ChartOptions = {}): Promise<string> {
  const { width, theme } = { ...DEFAULTS, ...options };
  const vega = await compileSpec(prepareSpec(downsample(spec).spec, { width, title: true, hover: false }));
  vega["background"] = LIGHT.page;
  const [svg] = await drawSvg(recolour(vega, theme === "dark" ? darkOf : (hex) => hex));
  const label =
    typeof spec["description"] === "string" ? ` aria-label="${escapeHtml(oneLine(spec["description"]))}"` : "";
  return `${svg.replace("<svg ", `<svg role="img"${label} font-family="${escapeHtml(FONT_STACK)}" `)}\n`;
}
