import { MISSING } from "../src/report/number-format.js";

/** `2026-06-01 14:05 UTC`, with seconds where there are any; a dash for none. */
export function utcWords(iso: string | null): string {
  if (iso === null) return MISSING;
  const text = iso.replace("T", " ").replace("Z", "");
  return `${text.endsWith(":00") ? text.slice(0, 16) : text} UTC`;
}

/** The same for a column that says UTC in its head. */
export function utcCell(iso: string): string {
  return utcWords(iso).slice(0, -4);
}

/** A time range; the day is said once, and a single instant is no range. */
export function utcRange(from: string, to: string): string {
  if (from === to) return utcWords(from);
  const [first, second] = [utcWords(from), utcWords(to)];
  return first.slice(0, 10) === second.slice(0, 10)
    ? `${first.slice(0, -4)} to ${second.slice(11)}`
    : `${first.slice(0, -4)} to ${second}`;
}
