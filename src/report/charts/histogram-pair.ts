import { LIGHT } from "../palette.js";
import type { VegaLiteSpec } from "../types.js";
import { type ChartText, chartNumber, chartSpec, type Numbers, TOOLTIP_NUMBER } from "./chart-input.js";
import { legendColour } from "./legend.js";

/** Input of {@link histogramPair}. */
export interface HistogramPairInput extends ChartText {
  /** Drawn as bars. NaN and null are left out. */
  reference: { name: string; values: Numbers };
  /** Drawn as an outline over them. NaN and null are left out. */
  current: { name: string; values: Numbers };
  /** Number of equal bins over the common range; default 30. */
  bins?: number;
}

const DEFAULT_BINS = 30;

function finite(values: Numbers): number[] {
  return Array.from(values, (value) => value ?? Number.NaN).filter(Number.isFinite);
}

function shares(values: readonly number[], low: number, width: number, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[Math.min(Math.floor((value - low) / width), bins - 1)] += 1;
  return counts.map((count) => count / Math.max(values.length, 1));
}

/**
 * Two samples in the same bins, as shares of each sample, so that their sizes may differ.
 *
 * @example histogramPair({ reference: { name: "May", values: may }, current: { name: "June", values: june } })
 */
export function histogramPair(input: HistogramPairInput): VegaLiteSpec {
  const reference = finite(input.reference.values);
  const current = finite(input.current.values);
  const all = [...reference, ...current];
  const low = all.reduce((a, b) => Math.min(a, b), all[0] ?? 0);
  const high = all.reduce((a, b) => Math.max(a, b), low);
  const bins = high > low ? (input.bins ?? DEFAULT_BINS) : 1;
  const width = high > low ? (high - low) / bins : 1;
  const a = shares(reference, low, width, bins);
  const b = shares(current, low, width, bins);
  const edge = (i: number) => chartNumber(low + i * width);
  const values = a.map((share, i) => ({
    from: edge(i),
    to: edge(i + 1),
    reference: chartNumber(share),
    current: chartNumber(b[i]),
  }));
  // The outline needs the right end of the last bin too.
  const outline = [
    ...values.map(({ from, current }) => ({ from, current })),
    { from: edge(bins), current: b[bins - 1] },
  ];
  const entries = [
    [input.reference.name, LIGHT.hover],
    [input.current.name, LIGHT.category[1]],
  ] as const;
  const x = {
    field: "from",
    type: "quantitative",
    scale: { zero: false, nice: false },
    axis: { title: input.xTitle ?? input.unit ?? null, grid: false },
  };
  const title = input.yTitle ?? "Share of the sample";
  const y = (field: string) => ({ field, type: "quantitative", stack: null, axis: { title, format: "~%" } });
  const number = (field: string, name: string, format: string) => ({
    field,
    type: "quantitative",
    title: name,
    format,
  });
  return chartSpec(input, {
    data: { values },
    layer: [
      {
        mark: { type: "bar", binSpacing: 1 },
        encoding: {
          x: { ...x, bin: "binned" },
          x2: { field: "to" },
          y: y("reference"),
          color: legendColour(input.reference.name, entries),
          tooltip: [
            number("from", "From", TOOLTIP_NUMBER),
            number("to", "To", TOOLTIP_NUMBER),
            number("reference", input.reference.name, ".2~%"),
            number("current", input.current.name, ".2~%"),
          ],
        },
      },
      {
        data: { values: outline },
        mark: { type: "line", interpolate: "step-after", strokeWidth: 2 },
        encoding: { x, y: y("current"), color: legendColour(input.current.name, entries) },
      },
    ],
  });
}
