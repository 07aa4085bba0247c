import { InputError } from "../../core/errors.js";
import { LIGHT } from "../palette.js";
import type { VegaLiteSpec } from "../types.js";
import { axisTitle, type ChartText, chartNumber, chartSpec, type Numbers, TOOLTIP_NUMBER } from "./chart-input.js";

/** Input of {@link heatmap}. */
export interface HeatmapInput extends ChartText {
  /** Names of the columns from left to right, each once. */
  columns: readonly string[];
  /** Names of the rows from top to bottom, each once. */
  rows: readonly string[];
  /** `values[row][column]`; NaN and null stay empty. */
  values: readonly Numbers[];
  /** What a value is, for the legend and the tooltip. */
  valueTitle: string;
  /** Names of the columns that get a label on the axis; default as many as fit. */
  columnTicks?: readonly string[];
  /** Names of the rows that get a label on the axis; default as many as fit. */
  rowTicks?: readonly string[];
}

const ROW_HEIGHT = { least: 4, most: 28 };

function assertDistinct(names: readonly string[], what: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new InputError(`heatmap: ${what} "${name}" is named twice; each name must be unique`);
    seen.add(name);
  }
}

/**
 * A grid of values in seven steps of one colour, e.g. hour of the week (columns) by week (rows).
 *
 * @throws InputError when a name comes twice or `values` has not one list per row
 * @example heatmap({ columns: hours, rows: weeks, values: load, valueTitle: "Demand", unit: "GPU" })
 */
export function heatmap(input: HeatmapInput): VegaLiteSpec {
  const { columns, rows } = input;
  assertDistinct(columns, "column");
  assertDistinct(rows, "row");
  if (input.values.length !== rows.length) {
    throw new InputError(`heatmap: values has ${input.values.length} rows, expected ${rows.length} (one per name)`);
  }
  const cells = rows.flatMap((y, r) => columns.map((x, c) => ({ x, y, value: chartNumber(input.values[r][c]) })));
  const known = cells.flatMap(({ value }) => (value === null ? [] : [value]));
  const low = known.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = known.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  // A constant has no range to cut into steps; one unit of it keeps the scale defined.
  const domain = known.length === 0 ? [0, 1] : low === high ? [low, low + 1] : [low, high];
  const rowHeight = Math.min(Math.max(PLOT / Math.max(rows.length, 1), ROW_HEIGHT.least), ROW_HEIGHT.most);
  const band = (field: string, title: string | undefined, ticks: readonly string[] | undefined) => ({
    field,
    type: "ordinal",
    sort: null,
    axis: {
      title: title ?? null,
      labelOverlap: true,
      labelAngle: 0,
      grid: false,
      ticks: false,
      domain: false,
      ...(ticks ? { values: ticks } : {}),
    },
    // With none, rounding puts the first column a hair outside the axis at some widths, and Vega drops its label.
    scale: { paddingInner: 0, paddingOuter: 0.02 },
  });
  const valueTitle = axisTitle(input.valueTitle, input.unit);
  return chartSpec(
    { ...input, height: input.height ?? Math.round(rowHeight * Math.max(rows.length, 1)) },
    {
      data: { values: cells },
      mark: { type: "rect" },
      encoding: {
        x: band("x", input.xTitle, input.columnTicks),
        y: band("y", input.yTitle, input.rowTicks),
        color: {
          field: "value",
          type: "quantitative",
          scale: { type: "quantize", domain, range: LIGHT.heat },
          legend: { title: valueTitle, format: ",.3~r" },
        },
        tooltip: [
          { field: "y", type: "nominal", title: input.yTitle ?? "Row" },
          { field: "x", type: "nominal", title: input.xTitle ?? "Column" },
          { field: "value", type: "quantitative", title: valueTitle, format: TOOLTIP_NUMBER },
        ],
      },
    },
  );
}

const PLOT = 280;
