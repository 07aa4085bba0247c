import { LIGHT } from "../palette.js";
import type { VegaLiteSpec } from "../types.js";

/** A line across the plot at one value of an axis, with words beside it. */
export interface ChartRule {
  value: number;
  label: string;
}

/** Where the words stand: at the top of the plot, above it (for bars), or at its right end over the rule. */
const PLACES = {
  inside: { align: "left", baseline: "top", dx: 4, dy: 2 },
  above: { align: "center", baseline: "bottom", dy: -2 },
  right: { align: "right", baseline: "bottom", dx: -2, dy: -3 },
} as const;

/** Rules at values of x (labelled inside or above the plot) or of y (labelled at the right), each with its label. */
export function ruleLayers(
  axis: "x" | "y",
  rules: readonly ChartRule[],
  place: keyof typeof PLACES = axis === "x" ? "inside" : "right",
): VegaLiteSpec[] {
  const across = axis === "x" ? { y: { value: 0 } } : { x: { value: "width" } };
  return rules.flatMap(({ value, label }) => {
    const at = { [axis]: { datum: value, type: "quantitative" } };
    return [
      {
        // A row of its own: the chart's rows would each draw the rule again.
        data: { values: [{ label }] },
        mark: { type: "rule", color: LIGHT.ink, strokeWidth: 1.5, strokeDash: [4, 3] },
        encoding: at,
      },
      {
        data: { values: [{ label }] },
        mark: { type: "text", color: LIGHT.ink, limit: 160, ...PLACES[place] },
        encoding: { text: { field: "label", type: "nominal" }, ...at, ...across },
      },
    ];
  });
}
