import { DAY_MS } from "../core/utc.js";

/** `YYYY-MM-DD` of a day since 1970-01-01. */
export function dayName(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** `YYYY-MM` of a day since 1970-01-01. */
export function monthOfDay(day: number): string {
  return dayName(day).slice(0, 7);
}

/** First day of a month `YYYY-MM`, and first day after it, since 1970-01-01. */
export function daysOfMonth(month: string): { from: number; to: number } {
  const [year, of] = month.split("-").map(Number);
  return { from: Date.UTC(year, of - 1, 1) / DAY_MS, to: Date.UTC(year, of, 1) / DAY_MS };
}
