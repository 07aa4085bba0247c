import { chartNumber, chartSpec, TOOLTIP_NUMBER } from "../../src/report/charts/chart-input.js";
import { type ChartRule, verticalRules } from "../../src/report/charts/rule-layers.js";
import type { VegaLiteSpec } from "../../src/report/index.js";
import { LIGHT } from "../../src/report/palette.js";

interface DotPlotInput {
  title: string;
  /** Names from top to bottom. */
  names: readonly string[];
  value: readonly (number | null)[];
  /** 95 % intervals; default none. */
  lo?: readonly (number | null)[];
  hi?: readonly (number | null)[];
  valueTitle: string;
  nameTitle: string;
  /** Values to compare with, e.g. a bound. */
  rules?: readonly ChartRule[];
}

const ROW = 30;

/**
 * One dot a name, with its interval where there is one. Unlike bars, the axis need not start at 0, so that close scores can be told apart.
 */
export function dotPlot(input: DotPlotInput): VegaLiteSpec {
  const { names, valueTitle, nameTitle, lo, hi, rules = [] } = input;
  const intervals = lo !== undefined && hi !== undefined;
  const values = names.map((name, i) => ({
    name,
    value: chartNumber(input.value[i]),
    ...(intervals ? { lo: chartNumber(lo[i]), hi: chartNumber(hi[i]) } : {}),
  }));
  const known = [...values.flatMap(({ value }) => value ?? []), ...rules.map(({ value }) => value)];
  const y = {
    field: "name",
    type: "nominal",
    sort: null,
    axis: { title: null, grid: true, ticks: false },
    scale: { padding: 0.6 },
  };
  const x = (field: string) => ({
    field,
    type: "quantitative",
    title: valueTitle,
    scale: { zero: false, padding: 8 },
    axis: { title: valueTitle, tickCount: 6 },
  });
  const number = (field: string, title: string) => ({ field, type: "quantitative", title, format: TOOLTIP_NUMBER });
  const tooltip = [
    { field: "name", type: "nominal", title: nameTitle },
    number("value", valueTitle),
    ...(intervals ? [number("lo", "95 % from"), number("hi", "95 % to")] : []),
  ];
  return chartSpec(
    { title: input.title, height: ROW * Math.max(names.length, 2) },
    {
      data: { values },
      layer: [
        ...(intervals
          ? [
              {
                transform: [{ filter: "isValid(datum.lo) && isValid(datum.hi)" }],
                mark: { type: "rule", color: LIGHT.ink, strokeWidth: 2 },
                encoding: { y, x: x("lo"), x2: { field: "hi" } },
              },
            ]
          : []),
        {
          mark: { type: "point", filled: true, size: 110, opacity: 1, color: LIGHT.category[0] },
          encoding: { y, x: x("value"), tooltip },
        },
        ...verticalRules(rules, { from: Math.min(...known), to: Math.max(...known) }, "above"),
      ],
    },
  );
}
