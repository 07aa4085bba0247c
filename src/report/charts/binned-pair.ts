import { LIGHT } from "../palette.js";
import type { VegaLiteSpec } from "../types.js";
import { type ChartText, chartNumber, chartSpec, type Numbers, TOOLTIP_NUMBER } from "./chart-input.js";
import { legendColour } from "./legend.js";

/** Input of {@link binnedPair}. */
export interface BinnedPairInput extends ChartText {
  /** Ascending, one more than there are bins. */
  edges: readonly number[];
  /** Drawn as bars. */
  reference: { name: string; shares: Numbers };
  /** Drawn as an outline over them. */
  current: { name: string; shares: Numbers };
}

/**
 * Two distributions over the same bins, as shares of each sample, so that their sizes may differ.
 *
 * @example binnedPair({ edges: [0, 1, 2], reference: { name: "May", shares: [0.4, 0.6] }, current: { name: "June", shares } })
 */
export function binnedPair(input: BinnedPairInput): VegaLiteSpec {
  const { edges, reference, current } = input;
  const bins = edges.length - 1;
  const values = Array.from({ length: bins }, (_, i) => ({
    from: chartNumber(edges[i]),
    to: chartNumber(edges[i + 1]),
    reference: chartNumber(reference.shares[i]),
    current: chartNumber(current.shares[i]),
  }));
  // The outline needs the right end of the last bin too.
  const outline = [
    ...values.map(({ from, current }) => ({ from, current })),
    { from: chartNumber(edges[bins]), current: chartNumber(current.shares[bins - 1]) },
  ];
  const entries = [
    [reference.name, LIGHT.hover],
    [current.name, LIGHT.category[1]],
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
          color: legendColour(reference.name, entries),
          tooltip: [
            number("from", "From", TOOLTIP_NUMBER),
            number("to", "To", TOOLTIP_NUMBER),
            number("reference", reference.name, ".2~%"),
            number("current", current.name, ".2~%"),
          ],
        },
      },
      {
        data: { values: outline },
        mark: { type: "line", interpolate: "step-after", strokeWidth: 2 },
        encoding: { x, y: y("current"), color: legendColour(current.name, entries) },
      },
    ],
  });
}
