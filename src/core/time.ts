import { DateTime, IANAZone } from "luxon";
import { InputError } from "./errors.js";

// Apart from the rest, since reading `luxon` takes longer than many a command has.
export * from "./utc.js";

/** Zones found valid: asking the runtime costs more than the calendar arithmetic itself. */
const knownZones = new Set<string>();

/** Throws unless `zone` is an IANA time zone that this runtime knows. */
export function assertTimeZone(zone: string): void {
  if (knownZones.has(zone)) return;
  if (!IANAZone.isValidZone(zone)) {
    throw new InputError(`unknown time zone "${zone}": use an IANA name such as UTC or Asia/Shanghai`, { zone });
  }
  knownZones.add(zone);
}

function at(ms: number, zone: string): DateTime {
  assertTimeZone(zone);
  return DateTime.fromMillis(ms, { zone });
}

/** Start of the local Monday week that holds the instant, epoch ms. */
export function startOfWeek(ms: number, zone: string): number {
  return at(ms, zone).startOf("week").toMillis();
}

/** Start of the local Monday week after the one that holds the instant, epoch ms (167 to 169 hours on). */
export function nextWeek(ms: number, zone: string): number {
  return at(ms, zone).startOf("week").plus({ weeks: 1 }).toMillis();
}

/** Start of the local day that holds the instant, epoch ms. */
export function startOfDay(ms: number, zone: string): number {
  return at(ms, zone).startOf("day").toMillis();
}

/** Start of the local calendar day `days` later (23, 24 or 25 hours each), epoch ms. */
export function addDays(ms: number, days: number, zone: string): number {
  return at(ms, zone).plus({ days }).toMillis();
}

/** Start of the local calendar month that holds the instant, epoch ms. */
export function startOfMonth(ms: number, zone: string): number {
  return at(ms, zone).startOf("month").toMillis();
}

/** Start of the local calendar month after the one that holds the instant, epoch ms. */
export function nextMonth(ms: number, zone: string): number {
  return at(ms, zone).startOf("month").plus({ months: 1 }).toMillis();
}

/** `YYYY-MM` of the local month. */
export function monthName(ms: number, zone: string): string {
  return at(ms, zone).toFormat("yyyy-MM");
}

/** Epoch ms of the first instant of a `YYYY-MM` month in a zone. */
export function parseMonth(month: string, zone: string): number {
  assertTimeZone(zone);
  const parsed = DateTime.fromFormat(month, "yyyy-MM", { zone });
  if (!parsed.isValid) throw new InputError(`month must look like 2020-06, got "${month}"`, { month });
  return parsed.toMillis();
}

/** Local hour of the week, 0 = Monday 00:00 … 167 = Sunday 23:00. */
export function hourOfWeek(ms: number, zone: string): number {
  const local = at(ms, zone);
  return (local.weekday - 1) * 24 + local.hour;
}

/** ISO 8601 local time with offset, e.g. `2020-06-01T00:00:00+08:00`. */
export function isoLocal(ms: number, zone: string): string {
  return at(ms, zone).toISO({ suppressMilliseconds: true }) as string;
}

/** Epoch ms of an ISO 8601 instant; text without a zone is read as UTC. */
export function parseInstant(text: string, what = "time"): number {
  if (!isInstant(text)) throw new InputError(`${what} is not an ISO 8601 instant: "${text}"`, { value: text });
  return DateTime.fromISO(text, { zone: "utc" }).toMillis();
}

/** Whether {@link parseInstant} can read the text. */
export function isInstant(text: string): boolean {
  // A time of day alone would be that of the day on which it is read.
  return /^[+-]?\d{4}/.test(text) && DateTime.fromISO(text, { zone: "utc" }).isValid;
}
