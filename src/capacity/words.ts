import type { Estimate } from "./result-parts.js";

const NUMBER = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 4 });
const WHOLE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** A number at four significant digits with thousands separators. */
export function figure(value: number): string {
  return NUMBER.format(value);
}

/** Money without cents. */
export function money(value: number, currency: string): string {
  return `${WHOLE.format(value)} ${currency}`;
}

/** A share in per cent; tiny and nearly certain ones are not rounded to 0 or 100. */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return "under 1 %";
  if (share < 1 && share > 0.99) return "over 99 %";
  return `${Math.round(100 * share)} %`;
}

/** `12,300 (80 %: 11,000 to 14,000)`, with the lowest level. */
export function withInterval(
  value: Estimate,
  levels: readonly number[],
  format: (x: number) => string = figure,
): string {
  const [level] = levels;
  return `${format(value.mean)} (${level} %: ${format(value[`lo_${level}`])} to ${format(value[`hi_${level}`])})`;
}

/** `3 nodes`, `1 node`. */
export function count(n: number, noun: string): string {
  return `${WHOLE.format(n)} ${noun}${n === 1 ? "" : "s"}`;
}

/** Names in a row, cut after `most`. */
export function list(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).join(", ");
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
