import { IANAZone } from "luxon";
import { InputError } from "../../core/errors.js";
import type { VegaLiteSpec } from "../types.js";
import type { TimeText } from "./chart-input.js";

/**
 * Turns instants (epoch ms) into wall-clock milliseconds of a zone.
 *
 * Vega knows only UTC and the reader's own zone, and a plan's days are neither: so charts carry wall-clock time and
 * draw it on a UTC axis. In the hour that a clock change repeats, points lie on top of each other.
 */
export function wallClock(timeZone: string): (instant: number) => number {
  if (timeZone === "UTC") return (instant) => instant;
  if (!IANAZone.isValidZone(timeZone)) {
    throw new InputError(`unknown time zone "${timeZone}": use an IANA name such as UTC or Asia/Shanghai`, {
      timeZone,
    });
  }
  const zone = IANAZone.create(timeZone);
  return (instant) => instant + zone.offset(instant) * 60_000;
}

const DAY = "%-d %b";
/** Labels of ticks by what they fall on; `Sat 02`, Vega's way of writing a day, hides the month. */
const TICKS = { year: "%Y", quarter: DAY, month: DAY, week: DAY, date: DAY, day: DAY, hours: "%H:%M" };

/** The x channel of a chart over time; the axis names the zone. */
export function timeChannel(text: TimeText): VegaLiteSpec {
  return {
    field: "t",
    type: "temporal",
    scale: { type: "utc" },
    axis: { title: text.xTitle ?? `Time (${text.timeZone ?? "UTC"})`, grid: false, labelOverlap: true, format: TICKS },
  };
}

/** Vega expression that writes the time of a row, for tooltips. */
export const TIME_LABEL = "utcFormat(datum.t, '%a %d %b %Y, %H:%M')";
