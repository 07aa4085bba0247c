import { escapeHtml } from "../html/escape-html.js";
import { plainText } from "../plain-text.js";
import { FONT_STACK } from "./chart-config.js";

/** The house's font, which texts inherit from the page or the picture instead. */
const FONT = ` font-family="${escapeHtml(FONT_STACK)}"`;

/** Joins neighbouring shapes that differ only in their outline, as the cells of a heatmap do. */
function joinShapes(svg: string): string {
  const shapes = /<path d="([^"]*)" (fill="[^"]*")\/>(?:<path d="[^"]*" \2\/>)+/g;
  return svg.replace(shapes, (run, _first: string, fill: string) => {
    const outlines = Array.from(run.matchAll(/ d="([^"]*)"/g), ([, outline]) => outline);
    return `<path d="${outlines.join("")}" ${fill}/>`;
  });
}

/** Makes a picture smaller, the same in every process, and free of references to outside. */
export function tidySvg(svg: string): string {
  const ids = new Map<string, string>();
  const id = (name: string) => {
    if (!ids.has(name)) ids.set(name, `d${ids.size}`);
    return ids.get(name);
  };
  // Vega escapes < and > in text and attributes, so a pair of them is a tag.
  const tidied = plainText(svg)
    .replace(/<[^<>]*>/g, (tag) =>
      tag
        .replace(FONT, "")
        .replace(/ (?:role|aria-[a-z]+|pointer-events|style|cursor)="[^"]*"/g, "")
        .replace(/ (?:opacity|fill-opacity|stroke-opacity)="1"/g, "")
        .replace(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (number) => String(Number(Number(number).toFixed(2))))
        .replace(/url\((["']?)#([^)"']+)\1\)/g, (_, __, name: string) => `url(#${id(name)})`)
        .replace(/url\((?!#)[^)]*\)/g, "none")
        .replace(
          /^(<(?:clipPath|linearGradient|radialGradient)[^>]* id=")([^"]+)"/,
          (_, start: string, name: string) => `${start}${id(name)}"`,
        ),
    )
    .replace(/<path class="foreground" d="" display="none"\/>/g, "")
    .replace(/<path class="background" d="M0,0h0v0h0Z"\/>/g, "");
  return joinShapes(tidied);
}
