import type { VegaLiteSpec } from "../types.js";

/** Names of a legend's entries and their colours. */
export type LegendEntries = readonly (readonly [name: string, colour: string])[];

const SYMBOLS = {
  /** For charts with areas: a filled square. */
  area: { symbolType: "square", symbolOpacity: 1, symbolStrokeWidth: 0 },
  /** For charts of lines only: a piece of the line. */
  line: { symbolType: "stroke", symbolStrokeWidth: 3, symbolSize: 200 },
} as const;

/** A colour channel that names one layer in a legend shared by all layers of a chart. */
export function legendColour(
  name: string,
  entries: LegendEntries,
  symbol: keyof typeof SYMBOLS = "area",
): VegaLiteSpec {
  return {
    datum: name,
    type: "nominal",
    scale: { domain: entries.map(([entry]) => entry), range: entries.map(([, colour]) => colour) },
    legend: { title: null, ...SYMBOLS[symbol] },
  };
}
