import { DateTime } from "luxon";
import type { Series } from "../core/series.js";
import { DAY_MS } from "../core/time.js";
import { type Frequency, stepLength } from "./frequency.js";

/** 1 January of the year 1 (proleptic Gregorian), a Monday: days, weeks, quarters and years begin here. */
const START_MS = -719_162 * DAY_MS;

/**
 * Steps of a frequency from a Monday's midnight, which is also the start of a year, to a time: what season a step falls
 * into, for all series alike. Unknown (`undefined`) for integer steps, which have no calendar.
 *
 * @param ms epoch ms, or the wall clock's time written as if it were UTC
 */
export function seasonClock(ms: number, frequency: Frequency): number | undefined {
  if (frequency === "int") return undefined;
  const length = stepLength(frequency);
  if (length !== null) return Math.round((ms - START_MS) / length);
  const { year, month } = DateTime.fromMillis(ms, { zone: "utc" });
  const months = 12 * (year - 1) + month - 1;
  if (frequency === "MS") return months;
  return Math.floor(months / (frequency === "Q" ? 3 : 12));
}

/** A series on its grid that knows where in its seasons it begins. */
export function withClock(series: Series, start: number, frequency: Frequency): Series {
  const clock = seasonClock(start, frequency);
  return clock === undefined ? series : { ...series, clock };
}
