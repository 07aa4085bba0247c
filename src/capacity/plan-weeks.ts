import { HOUR_MS, isoLocal, nextWeek, startOfWeek } from "../core/time.js";

/** A calendar week inside the horizon: hours `[from, to)` counted from the first forecast hour. */
export interface WeekSpan {
  from: number;
  to: number;
  /** Local date of its Monday, YYYY-MM-DD. */
  label: string;
  /** True when the horizon covers only a part of the calendar week. */
  partial: boolean;
}

/**
 * Calendar weeks (Monday to Sunday in `zone`, 167 to 169 hours around a DST change) that the horizon touches.
 *
 * An hour belongs to the week that its first instant lies in; in zones that are off by half an hour the border falls
 * on the next whole UTC hour.
 *
 * @param start epoch ms of the first hour
 */
export function planWeeks(start: number, hours: number, zone: string): WeekSpan[] {
  const hourAt = (ms: number) => Math.ceil((ms - start) / HOUR_MS);
  const weeks: WeekSpan[] = [];
  for (let from = 0; from < hours; ) {
    const at = start + from * HOUR_MS;
    const monday = startOfWeek(at, zone);
    const end = hourAt(nextWeek(at, zone));
    const to = Math.min(hours, end);
    weeks.push({ from, to, label: isoLocal(monday, zone).slice(0, 10), partial: hourAt(monday) < 0 || end > hours });
    from = to;
  }
  return weeks;
}
