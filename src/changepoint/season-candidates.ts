const DAY = 86_400_000;

/** Cycles that people and calendars have, in milliseconds, and the least and greatest step that counts them out. */
const CYCLES: readonly { length: number; from: number; to: number }[] = [
  { length: DAY / 24, from: 0, to: DAY / 96 },
  { length: DAY, from: 0, to: DAY / 4 },
  { length: 7 * DAY, from: 0, to: DAY },
  { length: 365.2425 * DAY, from: DAY / 2, to: 92 * DAY },
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
