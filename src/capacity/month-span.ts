import type { HourlyDemand } from "../core/demand.js";
import { HOUR_MS, isoUtc, monthName, nextMonth, startOfMonth } from "../core/time.js";

/** A calendar month in the history: hours `[from, to)` of the hourly grid. */
export interface HistoryMonth {
  /** YYYY-MM in the plan's zone. */
  month: string;
  from: number;
  to: number;
  /** True when the observations do not reach over the whole month. */
  partial: boolean;
}

/**
 * The last calendar month that the observations cover from end to end; where there is none, the month with the most
 * observed hours (the later of equals), marked partial. Null for an empty history.
 */
export function lastMonth(hourly: HourlyDemand, zone: string): HistoryMonth | null {
  const end = hourly.start + hourly.hours * HOUR_MS;
  const hourAt = (ms: number) => Math.ceil((ms - hourly.start) / HOUR_MS);
  let best: HistoryMonth | null = null;
  for (let at = hourly.start; at < end; ) {
    const next = nextMonth(at, zone);
    const first = hourAt(startOfMonth(at, zone));
    const found: HistoryMonth = {
      month: monthName(at, zone),
      from: Math.max(0, first),
      to: Math.min(hourly.hours, hourAt(next)),
      partial: first < 0 || hourAt(next) > hourly.hours,
    };
    const better =
      best === null || (found.partial === best.partial ? found.to - found.from >= best.to - best.from : !found.partial);
    if (better || !found.partial) best = found;
    at = next;
  }
  return best;
}

/** The month as a result carries it. */
export function monthFields(month: HistoryMonth, start: number) {
  return {
    month: month.month,
    from: isoUtc(start + month.from * HOUR_MS),
    to: isoUtc(start + month.to * HOUR_MS),
    partial: month.partial,
  };
}
