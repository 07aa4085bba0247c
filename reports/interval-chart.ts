import { axisTitle, chartNumber, chartSpec, TOOLTIP_NUMBER } from "../src/report/charts/chart-input.js";
import { type ChartRule, verticalRules } from "../src/report/charts/rule-layers.js";
import type { VegaLiteSpec } from "../src/report/index.js";
import { LIGHT } from "../src/report/palette.js";

const [BLUE, RED, GREEN] = LIGHT.category;
/** Looks of verdicts; shapes tell them apart without colours. */
const GOOD = { colour: GREEN, shape: "circle" };
const OPEN = { colour: BLUE, shape: "diamond" };
const BAD = { colour: RED, shape: "square" };

const LOOKS = Object.freeze({
  pass: GOOD,
  better: GOOD,
  stable: GOOD,
  accept: GOOD,
  within: GOOD,
  hold: OPEN,
  continue: OPEN,
  inconclusive: OPEN,
  "at risk": OPEN,
  unknown: { colour: LIGHT.ink, shape: "circle" },
  "not judged": { colour: LIGHT.ink, shape: "circle" },
  fail: BAD,
  drift: BAD,
  halt: BAD,
  "likely over": BAD,
  over: BAD,
});

/** What was said of a figure. */
export type IntervalVerdict = keyof typeof LOOKS;

/** A figure of an interval chart; without both bounds only its dot is drawn. */
export interface IntervalRow {
  /** Each name once. */
  name: string;
  value: number | null;
  lower: number | null;
  upper: number | null;
  verdict?: IntervalVerdict;
}

interface IntervalChartInput {
  title: string;
  /** From top to bottom. */
  rows: readonly IntervalRow[];
  /** Bounds that the intervals are held against. */
  rules?: readonly ChartRule[];
  xTitle: string;
  unit?: string;
}

const ROW = 26;

/** Words of two rules stand between them, and outside of them where they are close together. */
function ruleLayers(rules: readonly ChartRule[], from: number, to: number): VegaLiteSpec[] {
  if (rules.length < 2) return verticalRules(rules, { from, to }, "above");
  const values = rules.map(({ value }) => value);
  const [first, last] = [Math.min(...values), Math.max(...values)];
  const centre = (first + last) / 2;
  const close = last - first < (to - from) / 2;
  return rules.flatMap((rule) => {
    const middle = close ? 2 * rule.value - centre : centre;
    return verticalRules([rule], { from: middle, to: middle }, "above");
  });
}

/** One line a figure: its value as a dot, its interval, and the bounds as rules, coloured by verdict where there are any. */
export function intervalChart({ title, rows, rules = [], xTitle, unit }: IntervalChartInput): VegaLiteSpec {
  const values = rows.map(({ name, value, lower, upper, verdict }) => ({
    name,
    value: chartNumber(value),
    lower: chartNumber(lower),
    upper: chartNumber(upper),
    ...(verdict ? { verdict } : {}),
  }));
  const known = [
    ...values.flatMap(({ value, lower, upper }) => [value, lower, upper].filter((one) => one !== null)),
    ...rules.map(({ value }) => value),
  ];
  const used = (Object.keys(LOOKS) as IntervalVerdict[]).filter((word) => rows.some(({ verdict }) => verdict === word));
  const axis = axisTitle(xTitle, unit);
  const y = {
    field: "name",
    type: "nominal",
    sort: null,
    scale: { domain: rows.map(({ name }) => name), padding: 0.6 },
    axis: { title: null, grid: true, ticks: false },
  };
  const x = (field: string) => ({
    field,
    type: "quantitative",
    scale: { zero: false, padding: 8 },
    axis: { title: axis, tickCount: 6, format: TOOLTIP_NUMBER },
  });
  const number = (field: string, of: string) => ({ field, type: "quantitative", title: of, format: TOOLTIP_NUMBER });
  const legend = { title: null, symbolOpacity: 1, ...(rules.length > 0 ? { offset: 26 } : {}) };
  const look = (key: "colour" | "shape") => ({
    field: "verdict",
    type: "nominal",
    scale: { domain: used, range: used.map((word) => LOOKS[word][key]) },
    legend,
  });
  const colour = used.length > 0 ? { color: look("colour") } : {};
  return chartSpec(
    { title, height: ROW * Math.max(rows.length, 2) },
    {
      data: { values },
      layer: [
        {
          transform: [{ filter: "isValid(datum.lower) && isValid(datum.upper)" }],
          mark: { type: "rule", strokeWidth: 2, color: LIGHT.ink },
          encoding: { y, x: x("lower"), x2: { field: "upper" }, ...colour },
        },
        {
          mark: { type: "point", filled: true, size: 90, opacity: 1, color: BLUE },
          encoding: {
            y,
            x: x("value"),
            ...colour,
            ...(used.length > 0 ? { shape: look("shape") } : {}),
            tooltip: [
              { field: "name", type: "nominal", title: "Name" },
              number("value", axis ?? "Value"),
              number("lower", "From"),
              number("upper", "To"),
              ...(used.length > 0 ? [{ field: "verdict", type: "nominal", title: "Verdict" }] : []),
            ],
          },
        },
        ...ruleLayers(rules, Math.min(...known), Math.max(...known)),
      ],
    },
  );
}
