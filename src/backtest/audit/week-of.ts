import { DAY_MS, WEEK_MS } from "../../core/utc.js";

/** Monday 00:00 UTC of a time's ISO week, epoch ms. */
export function weekOf(ms: number): number {
  // The epoch was a Thursday.
  return Math.floor((ms + 3 * DAY_MS) / WEEK_MS) * WEEK_MS - 3 * DAY_MS;
}
