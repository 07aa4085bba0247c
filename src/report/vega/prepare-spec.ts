import { HOVER_LAYER } from "../charts/chart-input.js";
import { oneLine, plainText } from "../plain-text.js";
import type { VegaLiteSpec } from "../types.js";

const COMPOSED = ["concat", "hconcat", "vconcat", "facet", "repeat", "spec"];
const FACET_CHANNELS = ["row", "column", "facet"];

/** Whether a spec is one plot (possibly layered), whose width can follow its container. */
export function isSinglePlot(spec: VegaLiteSpec): boolean {
  const encoding = (spec["encoding"] ?? {}) as VegaLiteSpec;
  return !COMPOSED.some((key) => key in spec) && !FACET_CHANNELS.some((key) => key in encoding);
}

/** What a spec's string is used for: titles end up as string literals in Vega expressions. */
type Use = "tooltip title" | "title" | "other";

/**
 * A string of a spec that Vega-Lite can put into an expression: the parser takes U+2028 and U+2029 for the end of a
 * line, and Vega-Lite (6.4) escapes quotes of tooltip titles, but neither line breaks nor backslashes.
 */
function words(text: string, use: Use): string {
  if (use === "other") return plainText(text).replace(/[\u2028\u2029]/g, " ");
  return use === "title" ? oneLine(text) : oneLine(text).replaceAll("\\", "\\\\");
}

/** A copy of a spec without anything that links or loads (`href`, image `url`); rows are left as they are. */
export function withoutLinks(spec: VegaLiteSpec): VegaLiteSpec {
  const walk = (value: unknown, use: Use, inTooltip: boolean): unknown => {
    if (typeof value === "string") return words(value, use);
    if (Array.isArray(value)) return value.map((child) => walk(child, use, inTooltip));
    if (typeof value !== "object" || value === null) return value;
    const kept = Object.entries(value).filter(([key]) => key !== "href" && key !== "url");
    const child = (key: string, held: unknown) => {
      if (key === "values") return held;
      const tooltip = inTooltip || key === "tooltip";
      return walk(held, key !== "title" ? "other" : tooltip ? "tooltip title" : "title", tooltip);
    };
    return Object.fromEntries(kept.map(([key, held]) => [key, child(key, held)]));
  };
  return walk(spec, "other", false) as VegaLiteSpec;
}

/** A chart's title as text; null when it has none. */
export function titleOf(spec: VegaLiteSpec): string | null {
  const { title } = spec;
  const text = typeof title === "object" && title !== null ? (title as VegaLiteSpec)["text"] : title;
  const joined = Array.isArray(text) ? text.join(" ") : text;
  return typeof joined === "string" && joined.trim() !== "" ? joined : null;
}

/** Characters of a chart title, 15 px high, that surely fit a width in px. */
const CHARACTER_PX = 9;

/** Breaks a title into lines that fit; words longer than a line are cut. */
function wrapTitle(title: string, width: number): string[] {
  const room = Math.max(Math.floor(width / CHARACTER_PX), 8);
  const words = title.split(/\s+/).flatMap((word) => word.match(new RegExp(`.{1,${room}}`, "gsu")) ?? []);
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** How a chart is set up for drawing. */
export interface PrepareOptions {
  /** Whole width of the picture in px, for charts that are one plot. */
  width: number;
  /** Keep the title in the picture (pages write it as text that wraps). */
  title: boolean;
  /** Keep the layers that only serve the pointer; still pictures do without. */
  hover: boolean;
}

function withoutHover(spec: VegaLiteSpec): VegaLiteSpec {
  if (!Array.isArray(spec["layer"])) return spec;
  return { ...spec, layer: spec["layer"].filter(({ name }) => name !== HOVER_LAYER) };
}

/** A spec ready to compile: without links, as wide as asked, its title wrapped or taken out. */
export function prepareSpec(spec: VegaLiteSpec, { width, title, hover }: PrepareOptions): VegaLiteSpec {
  const { title: _, width: __, autosize: ___, ...rest } = withoutLinks(hover ? spec : withoutHover(spec));
  const text = title ? titleOf(spec) : null;
  return {
    ...rest,
    ...(text === null ? {} : { title: { text: wrapTitle(plainText(text), width) } }),
    // fit-x keeps the height of the plot, so that a legend that wraps on a phone does not squeeze it.
    ...(isSinglePlot(spec) ? { width, autosize: { type: "fit-x", contains: "padding" } } : pick(spec, "width")),
  };
}

function pick(spec: VegaLiteSpec, key: string): VegaLiteSpec {
  return key in spec ? { [key]: spec[key] } : {};
}
