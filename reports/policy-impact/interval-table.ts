import type { BacktestFile } from "../../src/backtest/index.js";
import type { Cell } from "../../src/report/index.js";
import { cell, rateValue } from "../estimate-words.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";
import type { MetricName } from "./words.js";

type Interval = BacktestFile["overall"]["intervals"]["recall"];

/** A figure with its interval and what that was made from. */
export interface IntervalLine {
  trigger: string;
  metric: MetricName;
  value: number | null;
  interval: Interval;
}

/** Words and units of figures; `points` names the unit of their differences. */
const FIGURES: Readonly<Record<MetricName, { label: string; unit: string; points?: string }>> = Object.freeze({
  precision: { label: "Precision", unit: "%", points: "points" },
  recall: { label: "Recall", unit: "%", points: "points" },
  f1: { label: "F1", unit: "%", points: "points" },
  nuisance_per_1000km: { label: "Wrong", unit: "per 1000 km" },
  nuisance_per_vehicle_day: { label: "Wrong", unit: "per vehicle-day" },
  miss_per_1000km: { label: "Missed", unit: "per 1000 km" },
  miss_per_vehicle_day: { label: "Missed", unit: "per vehicle-day" },
  alerts_per_1000km: { label: "Alerts", unit: "per 1000 km" },
  alerts_per_vehicle_day: { label: "Alerts", unit: "per vehicle-day" },
  alerts_per_day: { label: "Alerts", unit: "per day" },
});

/** Why figures have no interval, once each. */
const reasonWords = (lines: readonly IntervalLine[]): string =>
  [...new Set(lines.flatMap(({ interval }) => interval.reason ?? []))]
    .slice(0, 3)
    .map((reason) => ` Without an interval: ${reason}.`)
    .join("");

/** Figures with their intervals, beside each the clusters, alerts and labels behind it. */
export function intervalTable(
  { id, caption, isChange = false }: { id: string; caption: string; isChange?: boolean },
  lines: readonly IntervalLine[],
): Cell {
  const hasLabels = lines.some(({ interval }) => interval.labels !== null);
  return {
    kind: "table",
    id,
    caption: `${caption}${reasonWords(lines)}${leftOutWords(lines.length)}`,
    columns: [
      { name: "trigger", label: "Trigger", format: "text" },
      { name: "figure", label: "Figure", format: "text" },
      { name: "value", label: isChange ? "Change" : "Value" },
      { name: "lower", label: "From" },
      { name: "upper", label: "To" },
      { name: "events", label: "Alerts", format: "integer" },
      ...(hasLabels ? [{ name: "labels", label: "Labels", format: "integer" }] : []),
      { name: "clusters", label: "Clusters", format: "text" },
    ],
    rows: lines.slice(0, MOST_ROWS).map(({ trigger, metric, value, interval }) => {
      const { label, unit, points } = FIGURES[metric];
      const number = points ? rateValue : cell;
      return {
        ...{ trigger, figure: points ? `${label} (${isChange ? points : unit})` : `${label} ${unit}` },
        ...{ value: number(value), lower: number(interval.lower), upper: number(interval.upper) },
        ...{ events: interval.events, labels: interval.labels },
        clusters: `${interval.clusters} ${interval.cluster_unit === "vehicle" ? "vehicles" : "vehicle-days"}`,
      };
    }),
  };
}
