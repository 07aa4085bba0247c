import { IANAZone } from "luxon";
import { assertTimeZone, DAY_MS } from "../core/time.js";

/** Conversion between instants (epoch ms) and a zone's wall-clock time, written as if it were UTC. */
export interface WallClock {
  toWall(instant: number): number;
  /** The earlier instant where the clock shows a time twice; after the gap where it never does. */
  toInstant(wall: number): number;
}

const MINUTE_MS = 60_000;

/** Offset of a zone over one UTC day: it changes at `at`, or never (`at` is the day's end). */
interface Day {
  before: number;
  at: number;
  after: number;
}

/**
 * The wall clock of an IANA zone. The calendar is asked once a day, since asking it for every step of a panel would
 * take longer than the forecast.
 *
 * @throws InputError for an unknown zone
 */
export function wallClock(zone: string): WallClock {
  assertTimeZone(zone);
  const calendar = IANAZone.create(zone);
  const offsetAt = (ms: number): number => calendar.offset(ms) * MINUTE_MS;
  const days = new Map<number, Day>();

  function dayOf(number: number): Day {
    const known = days.get(number);
    if (known) return known;
    let [low, high] = [number * DAY_MS, (number + 1) * DAY_MS];
    const day = { before: offsetAt(low), at: high, after: offsetAt(high) };
    if (day.before !== day.after) {
      // Clocks change on whole minutes.
      while (high - low > MINUTE_MS) {
        const middle = low + Math.floor((high - low) / MINUTE_MS / 2) * MINUTE_MS;
        if (offsetAt(middle) === day.before) low = middle;
        else high = middle;
      }
      day.at = high;
    }
    days.set(number, day);
    return day;
  }

  function offset(ms: number): number {
    const { before, at, after } = dayOf(Math.floor(ms / DAY_MS));
    return ms < at ? before : after;
  }

  return {
    toWall: (instant) => instant + offset(instant),
    toInstant(wall) {
      // The offsets half a day before and after are those on either side of any change near by.
      const [early, late] = [wall - DAY_MS / 2, wall + DAY_MS / 2].map((near) => wall - offset(near - offset(near)));
      const fits = [early, late].filter((instant) => instant + offset(instant) === wall);
      return fits.length > 0 ? Math.min(...fits) : Math.max(early, late);
    },
  };
}
