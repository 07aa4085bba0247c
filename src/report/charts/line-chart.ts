import type { VegaLiteSpec } from "../types.js";
import { axisTitle, type ChartText, chartNumber, chartSpec, type Numbers } from "./chart-input.js";
import { commonStep, hoverLayer } from "./hover-layer.js";
import { type ChartRule, horizontalRules, verticalRules } from "./rule-layers.js";
import { addSeries, type ChartSeries, seriesFields, seriesLayers } from "./series-layers.js";

/** Input of {@link lineChart}. NaN and null are missing and leave a gap. */
export interface LineChartInput extends ChartText {
  /** Positions on a numeric axis, e.g. node counts. For time use `stepChart` or `fanChart`. */
  x: Numbers;
  series: readonly ChartSeries[];
  /** Vertical rules, e.g. at the number of nodes that exist. */
  xRules?: readonly ChartRule[];
  /** Horizontal rules, e.g. at an objective. */
  yRules?: readonly ChartRule[];
  /** The end at which words of horizontal rules stand; default right. */
  yRuleEnd?: "left" | "right";
  /** Show y as per cent of a share in 0..1. */
  percent?: boolean;
}

/**
 * Lines over a numeric axis, with optional bands and rules.
 *
 * @example lineChart({ x: nodes, xTitle: "Nodes", series: [{ name: "any hour", value: risk }], percent: true,
 *   xRules: [{ value: 12, label: "12 today" }] })
 */
export function lineChart(input: LineChartInput): VegaLiteSpec {
  const order = Array.from({ length: input.x.length }, (_, i) => i)
    .filter((i) => chartNumber(input.x[i]) !== null)
    .sort((a, b) => (input.x[a] as number) - (input.x[b] as number));
  const values: VegaLiteSpec[] = order.map((i) => ({ x: chartNumber(input.x[i]) }));
  addSeries(values, order, input.series);
  const counts = values.every((row) => Number.isInteger(row["x"]));
  const x = {
    field: "x",
    type: "quantitative",
    scale: { zero: false, nice: false },
    // Counts have no halves to label.
    axis: { title: input.xTitle ?? null, grid: false, ...(counts ? { tickMinStep: 1 } : {}) },
  };
  const layer = seriesLayers(input.series, x, axisTitle(input.yTitle, input.unit));
  if (input.percent) {
    for (const one of layer) {
      const y = (one["encoding"] as Record<string, VegaLiteSpec>)["y"];
      y["axis"] = { ...(y["axis"] as object), format: "~%" };
    }
  }
  const range = { from: Number(values[0]?.["x"] ?? 0), to: Number(values.at(-1)?.["x"] ?? 0) };
  layer.push(...verticalRules(input.xRules ?? [], range), ...horizontalRules(input.yRules ?? [], input.yRuleEnd));
  const step = commonStep(values.map((row) => row["x"] as number));
  const label = { title: input.xTitle ?? "x", expression: "format(datum.x, ',.6~r')" };
  layer.push(hoverLayer(x, step, label, seriesFields(input.series)));
  return chartSpec(input, { data: { values }, layer });
}
