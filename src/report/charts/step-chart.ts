import type { VegaLiteSpec } from "../types.js";
import { axisTitle, chartSpec, type Numbers, type TimeText } from "./chart-input.js";
import { commonStep, hoverLayer } from "./hover-layer.js";
import { type ChartRule, horizontalRules } from "./rule-layers.js";
import { addSeries, type ChartSeries, seriesFields, seriesLayers } from "./series-layers.js";
import { TIME_LABEL, timeChannel, wallClock } from "./time-axis.js";

/** Input of {@link stepChart}. Times are epoch ms; each value holds until the next time. */
export interface StepChartInput extends TimeText {
  time: Numbers;
  series: readonly ChartSeries[];
  /** Horizontal rules, e.g. at a quota. */
  yRules?: readonly ChartRule[];
}

/**
 * Values that hold until they change, over time: node counts, capacity, pending work.
 *
 * @example stepChart({ time, series: [{ name: "nodes", value: nodes }], yTitle: "Nodes" })
 */
export function stepChart(input: StepChartInput): VegaLiteSpec {
  const wall = wallClock(input.timeZone ?? "UTC");
  const order = Array.from({ length: input.time.length }, (_, i) => i)
    .filter((i) => Number.isFinite(input.time[i] ?? Number.NaN))
    .sort((a, b) => (input.time[a] as number) - (input.time[b] as number));
  const values: VegaLiteSpec[] = order.map((i) => ({ t: wall(input.time[i] as number) }));
  addSeries(values, order, input.series);
  const x = timeChannel(input);
  const layer = seriesLayers(input.series, x, axisTitle(input.yTitle, input.unit), "step-after");
  layer.push(...horizontalRules(input.yRules ?? []));
  const step = commonStep(values.map((row) => row["t"] as number));
  layer.push(hoverLayer(x, step, { title: "Time", expression: TIME_LABEL }, seriesFields(input.series)));
  return chartSpec(input, { data: { values }, layer });
}
