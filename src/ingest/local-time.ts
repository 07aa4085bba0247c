import { DateTime } from "luxon";
import { assertTimeZone } from "../core/time.js";

const LOCAL = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/;
const QUARTER_MS = 900_000;

/**
 * Reads local times without a zone (`2026-01-01T00:05:00`) as epoch ms in an IANA zone, NaN for anything else.
 *
 * In the hour that the autumn change repeats the earlier instant is meant, unless that is before `notBefore`; times
 * that the spring change skips move forward.
 */
export function localTimeReader(zone: string): (text: string, notBefore?: number) => number {
  assertTimeZone(zone);
  // Offsets change on quarter hours, and asking the calendar for every row would take most of the time.
  const offsets = new Map<number, { earlier: number; later: number }>();
  return (text, notBefore = Number.NEGATIVE_INFINITY) => {
    const match = LOCAL.exec(text);
    if (!match) return Number.NaN;
    const [year, month, day, hour, minute, second] = match.slice(1).map(Number);
    const wall = Date.UTC(year, month - 1, day, hour, minute, second);
    const valid = new Date(wall);
    if (valid.getUTCMonth() !== month - 1 || valid.getUTCDate() !== day || hour > 23 || minute > 59) return Number.NaN;
    const quarter = Math.floor(wall / QUARTER_MS);
    let known = offsets.get(quarter);
    if (!known) {
      const local = DateTime.fromObject({ year, month, day, hour, minute: minute - (minute % 15) }, { zone });
      const instants = local.getPossibleOffsets().map((one) => one.toMillis());
      const wallQuarter = quarter * QUARTER_MS;
      known = { earlier: Math.min(...instants) - wallQuarter, later: Math.max(...instants) - wallQuarter };
      offsets.set(quarter, known);
    }
    return wall + (wall + known.earlier < notBefore ? known.later : known.earlier);
  };
}
