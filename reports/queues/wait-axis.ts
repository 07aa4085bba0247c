import { type ChartRule, verticalRules } from "../../src/report/charts/rule-layers.js";
import type { VegaLiteSpec } from "../../src/report/index.js";

/** Waits below a second are drawn at one: a logarithm has no place for zero. */
export const LEAST_WAIT = 1;

const TICKS = [1, 10, 60, 600, 3600, 21_600, 86_400, 604_800, 2_592_000];

/** Vega expression that names a tick. Only numbers get into it. */
const LABEL =
  "datum.value < 60 ? datum.value + ' s' : datum.value < 3600 ? datum.value / 60 + ' min' : " +
  "datum.value < 86400 ? datum.value / 3600 + ' h' : datum.value / 86400 + (datum.value > 86400 ? ' days' : ' day')";

/** Rules closer than this share of the axis get one label, as two would run into each other. */
const CLOSE = 0.2;

/** A wait as it is drawn. */
export function drawnWait(seconds: number): number {
  return Math.max(seconds, LEAST_WAIT);
}

/** A logarithmic axis of waits in seconds, wide enough for all waits and targets. */
export interface WaitAxis {
  /** The x channel of a field. */
  channel(field: string): VegaLiteSpec;
  /** Dashed rules at the targets, with words above the plot. */
  rules: VegaLiteSpec[];
}

/** @param targets in seconds, ascending */
export function waitAxis(waits: readonly number[], targets: readonly ChartRule[]): WaitAxis {
  const longest = [...waits, ...targets.map(({ value }) => value)].reduce((most, wait) => Math.max(most, wait), 60);
  const end = 1.2 * longest;
  const position = ({ value }: ChartRule) => Math.log(drawnWait(value)) / Math.log(end);
  const close = targets.length === 2 && position(targets[1]) - position(targets[0]) < CLOSE;
  const labelled = close
    ? [
        { ...targets[0], label: "" },
        { ...targets[1], label: "targets" },
      ]
    : targets;
  return {
    channel: (field) => ({
      field,
      type: "quantitative",
      scale: { type: "log", domain: [LEAST_WAIT, end], nice: false },
      axis: { title: "Wait", values: TICKS, labelExpr: LABEL, labelOverlap: "greedy", grid: true },
    }),
    // Words stand to the left of a rule in the right half; the middle of a logarithm is its root.
    rules: labelled.flatMap((rule) =>
      verticalRules([{ ...rule, value: drawnWait(rule.value) }], { from: 0, to: 2 * Math.sqrt(end) }, "above"),
    ),
  };
}
