import { DAY_MS, HOUR_MS, WEEK_MS } from "../core/time.js";

/** Cycles that people and calendars have, in milliseconds, and the least and greatest step that counts them out. */
const CYCLES: readonly { length: number; from: number; to: number }[] = [
  { length: HOUR_MS, from: 0, to: DAY_MS / 96 },
  { length: DAY_MS, from: 0, to: DAY_MS / 4 },
  { length: WEEK_MS, from: 0, to: DAY_MS },
  { length: 365.2425 * DAY_MS, from: DAY_MS / 2, to: 92 * DAY_MS },
];

/**
 * Periods to look at in a series with times, in observations: the hour, the day, the week and the year where they are
 * nearly a whole number of its median step; 12 for months and 4 for quarters, which differ in length.
 *
 * @param times epoch milliseconds, ascending
 */
export function seasonCandidates(times: Float64Array): number[] {
  const steps = times
    .slice(1)
    .map((time, i) => time - times[i])
    .sort();
  const step = steps[steps.length >> 1];
  if (!(step > 0)) return [];
  const periods: number[] = [];
  for (const { length, from, to } of CYCLES) {
    const period = Math.round(length / step);
    if (step > from && step <= to && period >= 2) periods.push(period);
  }
  return periods;
}
