import { chartSpec, HOVER_LAYER } from "../../src/report/charts/chart-input.js";
import type { ChartRule } from "../../src/report/charts/rule-layers.js";
import type { VegaLiteSpec } from "../../src/report/index.js";
import { LIGHT } from "../../src/report/palette.js";
import { WAIT_PROBABILITIES } from "../../src/simulate/index.js";
import { durationWords } from "./duration.js";
import { drawnWait, waitAxis } from "./wait-axis.js";

interface WaitCurvesInput {
  title: string;
  /** Waits at {@link WAIT_PROBABILITIES}, in seconds; the first curve is that of all jobs. */
  curves: readonly { name: string; quantiles: readonly number[] }[];
  /** Targets in seconds, ascending. */
  targets: readonly ChartRule[];
}

/** Words of the targets stand between the legend and the plot. */
const LEGEND_OFFSET = 26;

/** Share of the jobs that waited no longer, by wait: one curve a queue, on a logarithmic axis. */
export function waitCurves({ title, curves, targets }: WaitCurvesInput): VegaLiteSpec {
  const values = curves.flatMap(({ name, quantiles }) =>
    quantiles.map((seconds, i) => ({
      name,
      wait: drawnWait(seconds),
      share: WAIT_PROBABILITIES[i],
      words: durationWords(seconds),
    })),
  );
  const axis = waitAxis(
    values.map(({ wait }) => wait),
    targets,
  );
  const x = axis.channel("wait");
  const y = {
    field: "share",
    type: "quantitative",
    scale: { domain: [0, 1] },
    axis: { title: null, format: "~%" },
  };
  const color = {
    field: "name",
    type: "nominal",
    scale: {
      domain: curves.map(({ name }) => name),
      range: curves.map((_, i) => (i === 0 ? LIGHT.ink : LIGHT.category[(i - 1) % LIGHT.category.length])),
    },
    legend:
      curves.length > 1
        ? { title: null, symbolType: "stroke", symbolStrokeWidth: 3, symbolSize: 200, offset: LEGEND_OFFSET }
        : null,
  };
  const tooltip = [
    { field: "name", type: "nominal", title: "Queue" },
    { field: "share", type: "quantitative", title: "Jobs", format: ".3~%" },
    { field: "words", type: "nominal", title: "waited at most" },
  ];
  return chartSpec(
    { title },
    {
      data: { values },
      layer: [
        {
          // Steps in the order of the shares: between two quantiles nothing is known but the bounds.
          mark: { type: "line", strokeWidth: 2, interpolate: "step-after" },
          encoding: { x, y, color, order: { field: "share", type: "quantitative" } },
        },
        ...axis.rules,
        {
          name: HOVER_LAYER,
          mark: { type: "point", filled: true, size: 120 },
          encoding: { x, y, color, opacity: { value: 0 }, tooltip },
        },
      ],
    },
  );
}
