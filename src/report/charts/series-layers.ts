import { LIGHT } from "../palette.js";
import type { VegaLiteSpec } from "../types.js";
import { chartNumber, type Numbers } from "./chart-input.js";
import type { HoverField } from "./hover-layer.js";
import { legendColour } from "./legend.js";

/** A named line; `lo` and `hi` draw a band around it. */
export interface ChartSeries {
  name: string;
  value: Numbers;
  lo?: Numbers;
  hi?: Numbers;
}

/** Dash patterns that tell lines apart once the colours repeat. */
const DASHES = [
  [1, 0],
  [6, 3],
  [2, 3],
  [8, 3, 2, 3],
] as const;

/** Colour and dash of the i-th series: colours repeat after seven, and then the dash changes. */
export function seriesLook(i: number): { colour: string; dash: readonly number[] } {
  const { category } = LIGHT;
  return { colour: category[i % category.length], dash: DASHES[Math.floor(i / category.length) % DASHES.length] };
}

/** Adds the series' values to rows as fields `v0`, `lo0`, `hi0`, `v1`, …: names from data never become field names. */
export function addSeries(rows: VegaLiteSpec[], positions: readonly number[], series: readonly ChartSeries[]): void {
  for (const [i, { value, lo, hi }] of series.entries()) {
    for (const [r, position] of positions.entries()) {
      rows[r][`v${i}`] = chartNumber(value[position]);
      if (lo && hi) {
        rows[r][`lo${i}`] = chartNumber(lo[position]);
        rows[r][`hi${i}`] = chartNumber(hi[position]);
      }
    }
  }
}

/** Bands first, then lines, each with its entry in a common legend (none for a single series). */
export function seriesLayers(
  series: readonly ChartSeries[],
  x: VegaLiteSpec,
  title: string | null,
  interpolate?: string,
): VegaLiteSpec[] {
  const entries = series.map(({ name }, i) => [name, seriesLook(i).colour] as const);
  const symbol = series.some(({ lo, hi }) => lo && hi) ? "area" : "line";
  const color = (i: number) =>
    series.length > 1 ? legendColour(series[i].name, entries, symbol) : { value: seriesLook(i).colour };
  const y = (field: string) => ({ field, type: "quantitative", title, axis: { title } });
  const bands = series.flatMap(({ lo, hi }, i) =>
    lo && hi
      ? [
          {
            transform: [{ filter: `isValid(datum.lo${i}) && isValid(datum.hi${i})` }],
            mark: { type: "area", opacity: 0.25, ...(interpolate ? { interpolate } : {}) },
            encoding: { x, y: y(`lo${i}`), y2: { field: `hi${i}` }, color: color(i) },
          },
        ]
      : [],
  );
  const lines = series.map((_, i) => ({
    mark: {
      type: "line",
      strokeWidth: 2,
      strokeDash: seriesLook(i).dash,
      ...(interpolate ? { interpolate } : {}),
    },
    encoding: { x, y: y(`v${i}`), color: color(i) },
  }));
  return [...bands, ...lines];
}

/** What the tooltip shows of each series. */
export function seriesFields(series: readonly ChartSeries[]): HoverField[] {
  return series.flatMap(({ name, lo, hi }, i) => [
    { field: `v${i}`, title: name },
    ...(lo && hi
      ? [
          { field: `lo${i}`, title: `${name}, from` },
          { field: `hi${i}`, title: `${name}, to` },
        ]
      : []),
  ]);
}
