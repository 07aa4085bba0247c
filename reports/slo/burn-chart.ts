import { chartNumber, chartSpec, TOOLTIP_NUMBER } from "../../src/report/charts/chart-input.js";
import { commonStep, hoverLayer } from "../../src/report/charts/hover-layer.js";
import { horizontalRules } from "../../src/report/charts/rule-layers.js";
import { addSeries, type ChartSeries, seriesFields, seriesLayers } from "../../src/report/charts/series-layers.js";
import { TIME_LABEL, timeChannel } from "../../src/report/charts/time-axis.js";
import type { VegaLiteSpec } from "../../src/report/index.js";
import { LIGHT } from "../../src/report/palette.js";
import { burnWords } from "./words.js";

interface BurnChartInput {
  title: string;
  /** Epoch ms. */
  time: readonly number[];
  series: readonly ChartSeries[];
  threshold: number;
  /** Alerts, epoch ms. */
  spans: readonly { from: number; to: number }[];
}

const HEIGHT = 180;
const TICKS = [0, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000];

/** The y channel of every layer: logarithmic for large rates, linear around 0, which a logarithm does not have. */
function burnScale(most: number, threshold: number) {
  const constant = Math.min(1, threshold);
  return {
    scale: { type: "symlog", constant, domain: [0, 1.1 * most], nice: false },
    axis: {
      title: "Burn rate",
      values: TICKS.filter((tick) => tick === 0 || (tick >= constant && tick <= 1.1 * most)),
      labelOverlap: "greedy",
      format: TOOLTIP_NUMBER,
    },
  };
}

/** Burn rates of the two windows of a rule, its threshold, and when it fired. */
export function burnChart({ title, time, series, threshold, spans }: BurnChartInput): VegaLiteSpec {
  const x = timeChannel({});
  const positions = time.map((_, i) => i);
  const values: VegaLiteSpec[] = time.map((t) => ({ t }));
  addSeries(values, positions, series);
  const most = series.reduce((a, { value }) => Math.max(a, ...Array.from(value, (one) => one ?? 0)), threshold);
  const y = burnScale(most, threshold);
  const lines = seriesLayers(series, x, "Burn rate");
  for (const line of lines) {
    const encoding = line["encoding"] as Record<string, VegaLiteSpec>;
    encoding["y"] = { ...encoding["y"], ...y };
  }
  const alerts = { values: spans.map(({ from, to }) => ({ t: from, until: to })) };
  return chartSpec(
    { title, height: HEIGHT },
    {
      data: { values },
      layer: [
        ...(spans.length > 0
          ? [
              {
                data: alerts,
                mark: { type: "rect", color: LIGHT.error, opacity: 0.25 },
                encoding: { x, x2: { field: "until" } },
              },
              // A line at the start: an alert of one bucket is narrower than a pixel.
              { data: alerts, mark: { type: "rule", color: LIGHT.error, strokeWidth: 1 }, encoding: { x } },
            ]
          : []),
        ...lines,
        ...horizontalRules([{ value: chartNumber(threshold) ?? 0, label: `above ${burnWords(threshold)}` }], "left"),
        hoverLayer(x, commonStep(time), { title: "Time", expression: TIME_LABEL }, seriesFields(series)),
      ],
    },
  );
}
