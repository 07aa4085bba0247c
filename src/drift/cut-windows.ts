import { InputError } from "../core/errors.js";
import { isoUtc } from "../core/utc.js";
import type { DriftWindow } from "./types.js";

const MOST_WINDOWS = 10_000;
/** The last instant that a date can hold. */
const LAST_MS = 8.64e15;

export interface WindowCut {
  /** Windows that hold rows, by time. */
  windows: DriftWindow[];
  /** Window of each row; −1 without a time. */
  codes: Int32Array;
  /** Rows without a time. */
  untimed: number;
}

/**
 * Windows of equal length, aligned to the epoch in UTC: those of 1 h, 1 d start at full hours and at midnight, those of
 * 7 d on Thursdays.
 *
 * @param times epoch ms; what is not finite is no time
 * @throws InputError for more than 10,000 windows, and for times that cannot be milliseconds
 */
export function cutWindows(times: Float64Array, windowMs: number, column: string): WindowCut {
  if (times.some((t) => Number.isFinite(t) && Math.abs(t) > LAST_MS)) {
    throw new InputError(`column "${column}" holds numbers too large for milliseconds since 1970; convert them`, {
      column,
    });
  }
  const numbers = windowNumbers(times, windowMs);
  const held = [...new Set(numbers.filter((k) => !Number.isNaN(k)))].sort((a, b) => a - b);
  if (held.length > MOST_WINDOWS) {
    throw new InputError(`column "${column}" spans ${held.length} windows; at most ${MOST_WINDOWS}: take longer ones`, {
      column,
    });
  }
  const place = new Map(held.map((k, i) => [k, i]));
  const codes = Int32Array.from(numbers, (k) => place.get(k) ?? -1);
  return {
    windows: held.map((k) => windowAt(k, windowMs)),
    codes,
    untimed: codes.reduce((count, code) => count + (code < 0 ? 1 : 0), 0),
  };
}

/** Numbers of the windows of times, counted from the epoch; NaN without a time. */
export function windowNumbers(times: Float64Array, windowMs: number): Float64Array {
  return times.map((t) => (Number.isFinite(t) ? Math.floor(t / windowMs) : Number.NaN));
}

/** A window by its number. */
export function windowAt(number: number, windowMs: number): DriftWindow {
  return { start: isoUtc(number * windowMs), end: isoUtc((number + 1) * windowMs) };
}
