import { formatNumber, formatScalar, MISSING } from "../number-format.js";
import type { Metric, MetricsCell } from "../types.js";
import { escapeHtml } from "./escape-html.js";

function deltaHtml({ delta, unit }: Metric): string {
  if (delta === undefined) return "";
  const [arrow, word] = delta > 0 ? ["\u25b2", "up"] : delta < 0 ? ["\u25bc", "down"] : ["", "no change"];
  const amount =
    delta === 0 ? "no change" : `${formatNumber(Math.abs(delta))}${unit ? `\u00a0${escapeHtml(unit)}` : ""}`;
  const sign = arrow ? `<span aria-hidden="true">${arrow}</span> <span class="sr">${word} </span>` : "";
  return `<dd class="delta">${sign}${amount}</dd>`;
}

/** Names like seasonal_naive break at their underscores, not in the middle of a word. */
const breakable = (text: string): string => escapeHtml(text).replaceAll("_", "_<wbr>");

function tileHtml(metric: Metric): string {
  const text = formatScalar(metric.value);
  const value =
    text === MISSING ? `<span role="img" aria-label="missing">${MISSING}</span>` : `<span>${breakable(text)}</span>`;
  const unit = metric.unit && text !== MISSING ? ` <span class="unit">${escapeHtml(metric.unit)}</span>` : "";
  const wordy = typeof metric.value === "string" ? ' class="value words"' : ' class="value"';
  return `<div class="tile"><dt>${escapeHtml(metric.label)}</dt><dd${wordy}>${value}${unit}</dd>${deltaHtml(metric)}</div>`;
}

/** Key figures as tiles. */
export function metricsHtml(cell: MetricsCell): string {
  return `<dl class="cell tiles" id="${escapeHtml(cell.id)}">${cell.items.map(tileHtml).join("")}</dl>`;
}
