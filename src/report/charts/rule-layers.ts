import { LIGHT } from "../palette.js";
import type { VegaLiteSpec } from "../types.js";

/** A line across the plot at one value of an axis, with words beside it. */
export interface ChartRule {
  value: number;
  label: string;
}

/** Where the words stand: at the top of the plot, above it (for bars), or at one of its ends over the rule. */
const PLACES = {
  inside: { baseline: "top", dy: 2 },
  above: { baseline: "bottom", dy: -2 },
  over: { baseline: "bottom", dy: -3 },
} as const;

/** Horizontal rules at values of y, each with its label at an end. */
export function horizontalRules(rules: readonly ChartRule[], end: "left" | "right" = "right"): VegaLiteSpec[] {
  const [x, dx] = end === "right" ? ["width", -2] : [0, 4];
  return rules.flatMap(({ value, label }) => {
    const at = { y: { datum: value, type: "quantitative" } };
    return ruleWithLabel(label, at, { x: { value: x } }, { ...PLACES.over, align: end, dx });
  });
}

/** Vertical rules at values of x; words stand to the right of a rule in the left half of the plot, else to the left. */
export function verticalRules(
  rules: readonly ChartRule[],
  range: { from: number; to: number },
  place: "inside" | "above" = "inside",
): VegaLiteSpec[] {
  const middle = (range.from + range.to) / 2;
  return rules.flatMap(({ value, label }) => {
    const at = { x: { datum: value, type: "quantitative" } };
    const side = value > middle ? { align: "right", dx: -4 } : { align: "left", dx: 4 };
    return ruleWithLabel(label, at, { y: { value: 0 } }, { ...PLACES[place], ...side });
  });
}

function ruleWithLabel(label: string, at: object, across: object, look: object): VegaLiteSpec[] {
  // A row of its own: the chart's rows would each draw the rule again.
  const data = { values: [{ label }] };
  const text = { type: "text", color: LIGHT.ink, limit: LABEL_LIMIT, ...look };
  return [
    { data, mark: { type: "rule", color: LIGHT.ink, strokeWidth: 1.5, strokeDash: [4, 3] }, encoding: at },
    { data, mark: text, encoding: { text: { field: "label", type: "nominal" }, ...at, ...across } },
  ];
}

/** Room for words beside a rule, px; a phone's half plot holds as much. */
const LABEL_LIMIT = 90;
