import { chartNumber, chartSpec } from "../../src/report/charts/chart-input.js";
import { hoverLayer } from "../../src/report/charts/hover-layer.js";
import { horizontalRules } from "../../src/report/charts/rule-layers.js";
import { TIME_LABEL, timeChannel } from "../../src/report/charts/time-axis.js";
import type { VegaLiteSpec } from "../../src/report/index.js";
import { LIGHT } from "../../src/report/palette.js";
import { figure } from "../capacity-plan/words.js";
import type { Clock } from "./clock.js";

interface UseChartInput {
  title: string;
  clock: Clock;
  /** Second at which the first value begins to hold, and seconds that each holds. */
  from: number;
  step: number;
  /** From the bottom of the stack to its top. */
  series: readonly { name: string; values: readonly number[] }[];
  yTitle: string;
  /** What exists. */
  capacity?: number;
  /** Outages, in seconds. */
  spans: readonly { from: number; to: number; label: string }[];
}

const HEIGHT = 220;
/** Outages with words above them; more would run into each other. */
const MOST_LABELS = 3;

/** GPUs by queue over time on top of each other, with the outages shaded. */
export function useChart({ title, clock, from, step, series, yTitle, capacity, spans }: UseChartInput): VegaLiteSpec {
  const position = (second: number) => (clock.dated ? clock.ms(second) : chartNumber(clock.days(second)));
  const x = clock.dated ? timeChannel({}) : dayChannel();
  const times = Array.from({ length: series[0].values.length + 1 }, (_, i) => position(from + i * step) ?? 0);
  // The last value holds to the end of its step.
  const held = series.map(({ values }) => [...values, values[values.length - 1]].map(chartNumber));
  const domain = series.map(({ name }) => name);
  const middle = (times[0] + times[times.length - 1]) / 2;
  const outages = spans.map((span) => ({ t: position(span.from) ?? 0, until: position(span.to), label: span.label }));
  const hover = hoverLayer(
    x,
    times.length > 1 ? times[1] - times[0] : 1,
    clock.dated ? { title: "From", expression: TIME_LABEL } : { title: "Day", expression: "format(datum.t, ',.4~r')" },
    domain.map((name, i) => ({ field: `v${i}`, title: name })),
  );
  return chartSpec(
    { title, height: HEIGHT },
    {
      layer: [
        {
          data: {
            values: held.flatMap((gpus, place) =>
              gpus.map((value, i) => ({ t: times[i], name: domain[place], place, gpus: value })),
            ),
          },
          mark: { type: "area", interpolate: "step-after" },
          encoding: {
            x,
            y: { field: "gpus", type: "quantitative", stack: "zero", title: yTitle, axis: { title: yTitle } },
            order: { field: "place", type: "quantitative" },
            color: {
              field: "name",
              type: "nominal",
              sort: null,
              scale: { domain, range: domain.map((_, i) => LIGHT.category[i % LIGHT.category.length]) },
              legend: domain.length > 1 ? { title: null, symbolType: "square", symbolStrokeWidth: 0 } : null,
            },
          },
        },
        ...(outages.length > 0
          ? [
              {
                data: { values: outages },
                mark: { type: "rect", color: LIGHT.error, opacity: 0.25 },
                encoding: { x, x2: { field: "until" } },
              },
              {
                data: { values: outages },
                mark: { type: "rule", color: LIGHT.error, strokeWidth: 1.5, strokeDash: [4, 3] },
                encoding: { x },
              },
              ...outages.slice(0, MOST_LABELS).map((outage) => ({
                data: { values: [outage] },
                mark: {
                  type: "text",
                  baseline: "bottom",
                  dy: -3,
                  limit: 90,
                  color: LIGHT.error,
                  ...(outage.t > middle ? { align: "right" } : { align: "left" }),
                },
                encoding: { x, y: { value: 0 }, text: { field: "label", type: "nominal" } },
              })),
            ]
          : []),
        ...(capacity === undefined ? [] : horizontalRules([{ value: capacity, label: `${figure(capacity)} exist` }])),
        {
          data: {
            values: times
              .slice(0, -1)
              .map((t, i) => ({ t, ...Object.fromEntries(held.map((v, s) => [`v${s}`, v[i]])) })),
          },
          ...hover,
        },
      ],
    },
  );
}

function dayChannel(): VegaLiteSpec {
  return {
    field: "t",
    type: "quantitative",
    scale: { zero: false, nice: false },
    axis: { title: "Days from the first submit", grid: false, labelOverlap: true },
  };
}
