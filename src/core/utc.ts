import { InputError } from "./errors.js";

/** One hour in milliseconds. */
export const HOUR_MS = 3_600_000;

/** 24 hours in milliseconds. */
export const DAY_MS = 24 * HOUR_MS;

/** Seven days in milliseconds. */
export const WEEK_MS = 7 * DAY_MS;

/** ISO 8601 in UTC with seconds, e.g. `2020-06-01T00:00:00Z`; milliseconds only when they are not zero. */
export function isoUtc(ms: number): string {
  const text = new Date(ms).toISOString();
  return text.endsWith(".000Z") ? `${text.slice(0, -5)}Z` : text;
}

const DURATION_UNITS: Readonly<Record<string, number>> = Object.freeze({
  s: 1000,
  min: 60_000,
  m: 60_000,
  h: HOUR_MS,
  d: 24 * HOUR_MS,
  w: 168 * HOUR_MS,
});

/** Milliseconds of a duration such as `90s`, `15min`, `6h`, `2d` or `1w`. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(s|min|m|h|d|w)$/.exec(text.trim());
  if (!match) throw new InputError(`duration must look like 15min, 6h or 2d, got "${text}"`, { value: text });
  return Number(match[1]) * DURATION_UNITS[match[2]];
}
