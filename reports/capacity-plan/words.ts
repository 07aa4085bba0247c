import { formatNumber } from "../../src/report/index.js";

const MONTHS = "January February March April May June July August September October November December".split(" ");

/** A number in a sentence, as tables write it: four significant digits, or all digits of the whole part. */
export function figure(value: number): string {
  return Math.abs(value) >= 1000 ? formatNumber(value, "integer") : formatNumber(value);
}

/** A share in a sentence: whole per cent; what is neither 0 nor 1 never reads as never or always. */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return `less than ${perCent(1)}`;
  if (share < 1 && share > 0.99) return `more than ${perCent(99)}`;
  return perCent(Math.round(share * 100));
}

/** `80 %`, kept on one line. */
export function perCent(value: number | string): string {
  return `${value}\u00a0%`;
}

/** Text with a capital at its start. */
export function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** Text as a sentence: a capital at its start, a full stop at its end. */
export function sentence(text: string): string {
  return `${capital(text)}${/[.!?]$/.test(text) ? "" : "."}`;
}

/** A count and its noun: `1 node`, `2 nodes`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatNumber(count, "integer")} ${count === 1 ? noun : plural}`;
}

/** `8 June` of a local date `2020-06-08`. */
export function dayAndMonth(date: string): string {
  const [, month, day] = date.split("-").map(Number);
  return `${day} ${MONTHS[month - 1]}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}`;
}

/** {@link listed} of the first items and a count of the rest: `a, b and 4 more`; `count` where more exist than are given. */
export function listedUpTo(items: readonly string[], most: number, count = items.length): string {
  const shown = items.slice(0, most);
  const more = count - shown.length;
  return listed(more > 0 ? [...shown, `${figure(more)} more`] : shown);
}
