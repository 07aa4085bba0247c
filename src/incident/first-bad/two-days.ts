import { DAY_MS, median, WEEK_MS } from "../../core/index.js";

const HOUR_MS = DAY_MS / 24;
const HOURS = WEEK_MS / HOUR_MS;

/** Two days in a row of every week. */
export interface TwoDays {
  /** Where they begin, in ms of a week that began with 1970. */
  start: number;
  /** Their typical value less that of the other days. */
  level: number;
}

const inWeek = (time: number): number => ((time % WEEK_MS) + WEEK_MS) % WEEK_MS;

/** Whether a time lies in the two days that begin at a place of the week. */
export const inTwoDays = (time: number, start: number): boolean => inWeek(time - start) < 2 * DAY_MS;

/** The middle value; of two the one nearer to 0, so that what happened in one of two weeks is no habit. */
function cautiousMedian(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return Math.abs(low) <= Math.abs(high) ? low : high;
}

/**
 * The two days in a row that differ most from the others, whatever the time zone and the country's weekend: of 168 starts
 * the one with the largest sum of squares between, over the medians of the hours of the week.
 */
export function twoDays(time: Float64Array, residual: Float64Array): TwoDays {
  const values: number[][] = Array.from({ length: HOURS }, () => []);
  for (let i = 0; i < time.length; i++) values[Math.floor(inWeek(time[i]) / HOUR_MS)].push(residual[i]);
  const hours = values.flatMap((some, hour) =>
    some.length > 0 ? [{ at: hour * HOUR_MS, value: cautiousMedian(some) }] : [],
  );
  const mean = hours.reduce((sum, { value }) => sum + value, 0) / hours.length;
  let [best, most] = [0, 0];
  for (let start = 0; start < WEEK_MS; start += HOUR_MS) {
    let [sum, n] = [0, 0];
    for (const { at, value } of hours) {
      if (!inTwoDays(at, start)) continue;
      sum += value - mean;
      n++;
    }
    // Deviations of all hours sum to 0, so those outside are as far on the other side.
    const between = n > 0 && n < hours.length ? sum * sum * (1 / n + 1 / (hours.length - n)) : 0;
    if (between > most) [best, most] = [start, between];
  }
  const part = (inside: boolean) =>
    Float64Array.from(
      hours.filter(({ at }) => inTwoDays(at, best) === inside),
      ({ value }) => value,
    );
  const [within, outside] = [part(true), part(false)];
  const level = within.length > 0 && outside.length > 0 ? median(within) - median(outside) : 0;
  return { start: best, level };
}
