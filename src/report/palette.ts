import { parseHex, type Rgb, toHex, withContrast } from "./colour.js";

/** Colours of a page and of the charts on it. */
export interface Palette {
  page: string;
  surface: string;
  text: string;
  muted: string;
  line: string;
  grid: string;
  accent: string;
  /** Neutral data ink, for what was observed. */
  ink: string;
  /** Hover highlight, drawn over the chart at low opacity. */
  hover: string;
  category: readonly string[];
  /** Interval bands, inner to outer. */
  band: readonly string[];
  /** Areas that bear text, loud to quiet. */
  fill: readonly string[];
  /** Low to high, in equal steps. */
  heat: readonly string[];
  /** Less to more around nothing in the middle, in equal steps: blue to orange, which the colour-blind can tell apart. */
  diverging: readonly string[];
  info: string;
  warning: string;
  error: string;
}

/** Qualitative colours that the colour-blind can tell apart (Okabe & Ito, 2008), without black. */
const OKABE_ITO = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#f0e442"] as const;

/**
 * Lines and shapes need 3:1 (WCAG 2.2, 1.4.11). A little more leaves room for antialiasing on white, and much more on
 * dark pages, where lines also cross bands.
 */
const CONTRAST = { light: 3.2, dark: 5 };

const categories = (page: string, ratio: number): string[] =>
  OKABE_ITO.map((colour) => toHex(withContrast(parseHex(colour) as Rgb, parseHex(page) as Rgb, ratio)));

/** For light pages, paper and pictures. Specs are written in these colours. */
export const LIGHT: Palette = Object.freeze({
  page: "#ffffff",
  surface: "#f6f7f9",
  text: "#1c2127",
  muted: "#57606b",
  line: "#d9dee4",
  grid: "#e8ebef",
  accent: "#0a5a9c",
  ink: "#3d4650",
  hover: "#8b949e",
  category: categories("#ffffff", CONTRAST.light),
  band: ["#8fbce0", "#b9d5ec", "#dde9f5"],
  fill: ["#e66f24", "#7db8e0", "#d5dae0"],
  heat: ["#eef4fb", "#cfe1f3", "#a3c8e8", "#6fa9d9", "#3f85c2", "#1c5f9f", "#0b3c6f"],
  diverging: ["#0c4a86", "#4a8ec9", "#a9cdec", "#f1f2f4", "#f8cfa0", "#de7c22", "#8f4300"],
  info: "#0a5a9c",
  warning: "#8a5300",
  error: "#b3261e",
});

/** For dark pages. */
export const DARK: Palette = Object.freeze({
  page: "#15181c",
  surface: "#1e2227",
  text: "#e9ecef",
  muted: "#a7b0ba",
  line: "#3a4149",
  grid: "#2a2f36",
  accent: "#79b8f3",
  ink: "#c3cad2",
  hover: "#8b949e",
  category: categories("#15181c", CONTRAST.dark),
  band: ["#2f6a9e", "#234d72", "#1d354b"],
  fill: ["#ad4d10", "#285a86", "#3a4149"],
  heat: ["#1b2735", "#1d3d5c", "#215785", "#3a78ad", "#639dcd", "#98c4e6", "#d6ebfb"],
  diverging: ["#a5d0f3", "#4b93d0", "#24537f", "#2c3138", "#78420f", "#d27a2b", "#ffc285"],
  info: "#79b8f3",
  warning: "#f0b457",
  error: "#ff8f85",
});
