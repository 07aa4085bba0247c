import { LIGHT } from "../palette.js";
import type { VegaLiteSpec } from "../types.js";
import {
  axisTitle,
  type ChartText,
  chartNumber,
  chartSpec,
  type Numbers,
  PLOT_HEIGHT,
  TOOLTIP_NUMBER,
} from "./chart-input.js";
import { type ChartRule, horizontalRules, verticalRules } from "./rule-layers.js";

/** Input of {@link barChart}. */
export interface BarChartInput extends ChartText {
  /** One group of bars each, in the given order. */
  categories: readonly string[];
  /** Values by category; `lo` and `hi` draw an interval (not on stacked bars). */
  series: readonly { name: string; value: Numbers; lo?: Numbers; hi?: Numbers }[];
  /** Bars on top of each other instead of side by side. */
  stacked?: boolean;
  /** Categories from top to bottom: better for many or long names. */
  horizontal?: boolean;
  /** Rules at a value, e.g. a budget. */
  rules?: readonly ChartRule[];
  /** What a category is, for the tooltip and its axis. */
  categoryTitle?: string;
}

const BAR = { single: 26, grouped: 14, gap: 12 };

/**
 * Bars by category, single, grouped or stacked, with optional intervals.
 *
 * @example barChart({ categories: ["on demand", "recommended"], series: [{ name: "cost", value, lo, hi }], unit: "USD" })
 */
export function barChart(input: BarChartInput): VegaLiteSpec {
  const { categories, series, stacked = false, horizontal = false } = input;
  const rules = input.rules ?? [];
  const several = series.length > 1;
  const grouped = several && !stacked;
  const values = series.flatMap(({ name, value, lo, hi }) =>
    categories.map((category, i) => ({
      category,
      series: name,
      value: chartNumber(value[i]),
      ...(lo && hi ? { lo: chartNumber(lo[i]), hi: chartNumber(hi[i]) } : {}),
    })),
  );
  const longest = categories.reduce((n, name) => Math.max(n, name.length), 0);
  const steep = !horizontal && longest * categories.length > 70;
  const categoryChannel = {
    field: "category",
    type: "nominal",
    sort: null,
    axis: { title: input.categoryTitle ?? null, labelAngle: steep ? -40 : 0, grid: false, ticks: false },
    scale: { paddingInner: 0.25, paddingOuter: 0.15 },
  };
  const title = axisTitle(input.yTitle, input.unit);
  const [categoryAxis, valueAxis] = horizontal ? ["y", "x"] : ["x", "y"];
  const offset = grouped ? { [`${categoryAxis}Offset`]: { field: "series", type: "nominal", sort: null } } : {};
  const hasInterval = !stacked && series.some(({ lo, hi }) => lo && hi);
  const number = (field: string, name: string | null) => ({
    field,
    type: "quantitative",
    title: name,
    format: TOOLTIP_NUMBER,
  });
  const bars = {
    mark: { type: "bar", ...(hasInterval ? { opacity: 0.75 } : {}) },
    encoding: {
      [categoryAxis]: categoryChannel,
      ...offset,
      [valueAxis]: {
        field: "value",
        type: "quantitative",
        stack: stacked ? "zero" : null,
        title,
        axis: { title },
      },
      color: several
        ? {
            field: "series",
            type: "nominal",
            sort: null,
            scale: {
              domain: series.map(({ name }) => name),
              range: series.map((_, i) => LIGHT.category[i % LIGHT.category.length]),
            },
            // Words of rules stand between the legend and the bars.
            legend: { title: null, ...(horizontal && rules.length > 0 ? { offset: 26 } : {}) },
          }
        : { value: LIGHT.category[0] },
      tooltip: [
        { field: "category", type: "nominal", title: input.categoryTitle ?? "Category" },
        ...(several ? [{ field: "series", type: "nominal", title: "Series" }] : []),
        number("value", title ?? "Value"),
        ...(hasInterval ? [number("lo", "From"), number("hi", "To")] : []),
      ],
    },
  };
  const intervals = {
    mark: { type: "rule", color: LIGHT.ink, strokeWidth: 2 },
    encoding: {
      [categoryAxis]: categoryChannel,
      ...offset,
      [valueAxis]: { field: "lo", type: "quantitative", axis: { title } },
      [`${valueAxis}2`]: { field: "hi" },
    },
  };
  const largest = values.reduce((most, { value }) => Math.max(most, value ?? 0), 0);
  const perCategory = grouped ? series.length * BAR.grouped + BAR.gap : BAR.single;
  const height = input.height ?? (horizontal ? Math.max(categories.length, 1) * perCategory : PLOT_HEIGHT);
  return chartSpec(
    { ...input, height },
    {
      data: { values },
      layer: [
        bars,
        ...(hasInterval ? [intervals] : []),
        ...(horizontal ? verticalRules(rules, { from: 0, to: largest }, "above") : horizontalRules(rules)),
      ],
    },
  );
}
