import { contrast, parseHex, type Rgb, toHex, withContrast } from "../colour.js";
import { DARK, LIGHT, type Palette } from "../palette.js";
import type { VegaSpec } from "./vega-spec.js";

/** Basic colour names of CSS; other names keep their colour in both schemes. */
const NAMES: Readonly<Record<string, string>> = {
  black: "#000000",
  white: "#ffffff",
  gray: "#808080",
  grey: "#808080",
  silver: "#c0c0c0",
  red: "#ff0000",
  maroon: "#800000",
  green: "#008000",
  blue: "#0000ff",
  navy: "#000080",
  teal: "#008080",
  purple: "#800080",
  orange: "#ffa500",
  steelblue: "#4682b4",
};

const DARK_PAGE = parseHex(DARK.page) as Rgb;
const LIGHT_PAGE = parseHex(LIGHT.page) as Rgb;

/** More contrast than text needs (4.5:1) is never asked for. */
const ENOUGH = 4.5;

function pairs(): Map<string, string> {
  const found = new Map<string, string>();
  for (const key of Object.keys(LIGHT) as (keyof Palette)[]) {
    const dark = [DARK[key]].flat();
    for (const [i, colour] of [LIGHT[key]].flat().entries()) {
      if (!found.has(colour)) found.set(colour, dark[i]);
    }
  }
  return found;
}

const DARK_OF = pairs();

/**
 * The counterpart of a colour on a dark page: the palette's own, or else the nearest that keeps the contrast with the
 * page which the colour has on white (up to 4.5:1). What nearly vanishes on white, as a separator does, vanishes too.
 */
export function darkOf(hex: string): string {
  const known = DARK_OF.get(hex);
  if (known) return known;
  const rgb = parseHex(hex) as Rgb;
  const ratio = contrast(rgb, LIGHT_PAGE);
  return ratio < 1.1 ? DARK.page : toHex(withContrast(rgb, DARK_PAGE, Math.min(ratio, ENOUGH)));
}

/** `#rrggbb` of a colour literal, or null. */
function literal(text: string, key: string): string | null {
  const rgb = parseHex(text);
  if (rgb) return toHex(rgb);
  return /fill|stroke|color|value/i.test(key) ? (NAMES[text.toLowerCase()] ?? null) : null;
}

/** Parts of a Vega spec that hold data or words rather than looks. */
const NOT_LOOKS = new Set(["data", "domain", "text", "title", "name", "description", "tooltip", "format", "type"]);

/** Scales that mix their colours need real ones: names of variables cannot be mixed. */
const DISCRETE = new Set(["ordinal", "quantize", "quantile", "threshold", "bin-ordinal"]);
const MIXED_RANGES = new Set(["heatmap", "ramp", "diverging", "ordinal"]);

/**
 * A copy of a Vega spec with each colour literal replaced by `paint(hex)`.
 *
 * Specs are written in the colours of the light palette; a dark picture or a page that follows the reader's scheme is
 * made from the same spec by painting it anew.
 */
export function recolour(spec: VegaSpec, paint: (hex: string) => string): VegaSpec {
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === "string") {
      const hex = literal(value, key);
      return hex ? paint(hex) : value;
    }
    if (Array.isArray(value)) return value.map((child) => walk(child, key));
    if (typeof value !== "object" || value === null) return value;
    const mixes = "range" in value && "type" in value && "domain" in value && !DISCRETE.has(String(value.type));
    return Object.fromEntries(
      Object.entries(value).map(([name, child]) => {
        const kept = isWords(name, child) || MIXED_RANGES.has(name) || (mixes && name === "range");
        return [name, kept ? child : walk(child, name)];
      }),
    );
  };
  return walk(spec, "") as VegaSpec;
}

/** Whether a property holds data or words; a config's or guide's `title` object holds looks too. */
function isWords(name: string, child: unknown): boolean {
  if (!NOT_LOOKS.has(name)) return false;
  return !((name === "title" || name === "text") && typeof child === "object" && !Array.isArray(child));
}
