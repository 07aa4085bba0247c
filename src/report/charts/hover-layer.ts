import { LIGHT } from "../palette.js";
import type { VegaLiteSpec } from "../types.js";
import { HOVER_LAYER, TOOLTIP_NUMBER } from "./chart-input.js";

/** A value shown by the tooltip: a field of the rows and its name for people. */
export interface HoverField {
  field: string;
  title: string;
}

/**
 * A layer of invisible columns, one per row, which light up under the pointer and show all values of that row.
 *
 * `label` is the Vega expression of the first line; `step` is the width of a column in units of `x`.
 */
export function hoverLayer(
  x: VegaLiteSpec,
  step: number,
  label: { title: string; expression: string },
  fields: readonly HoverField[],
): VegaLiteSpec {
  const name = String(x["field"]);
  return {
    name: HOVER_LAYER,
    transform: [
      { calculate: `datum.${name} - ${step / 2}`, as: "hoverFrom" },
      { calculate: `datum.${name} + ${step / 2}`, as: "hoverTo" },
      { calculate: label.expression, as: "hoverLabel" },
    ],
    params: [{ name: "hover", select: { type: "point", on: "pointerover", clear: "pointerout" } }],
    mark: { type: "rect", fill: LIGHT.hover, stroke: null, clip: true },
    encoding: {
      x: { ...x, field: "hoverFrom" },
      x2: { field: "hoverTo" },
      opacity: { condition: { param: "hover", empty: false, value: 0.3 }, value: 0 },
      tooltip: [
        { field: "hoverLabel", type: "nominal", title: label.title },
        ...fields.map(({ field, title }) => ({ field, type: "quantitative", title, format: TOOLTIP_NUMBER })),
      ],
    },
  };
}

/** The commonest distance between neighbouring positions (the median); 1 when there are fewer than two. */
export function commonStep(sorted: readonly number[]): number {
  const steps = sorted.slice(1).map((value, i) => value - sorted[i]);
  steps.sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] || 1;
}
