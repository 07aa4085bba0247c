import { isoUtc } from "../core/time.js";
import { burnRate, type SloCounts, windowRows } from "./slo-counts.js";
import { SLO_WINDOWS } from "./slo-rules.js";
import type { SloResult } from "./slo-schema.js";

type Outlook = NonNullable<SloResult["outlook"]>;

/**
 * Share of a whole window's error budget that is left at row i. Where less than a window has passed, the rest of it is
 * taken to bring as much traffic an hour as there was so far.
 */
export function budgetLeft(counts: SloCounts, bucketMs: number, i: number): number {
  const rows = windowRows(counts.windowMs, bucketMs);
  const passed = Math.min(1, (Math.min(i + 1, rows) * bucketMs) / counts.windowMs);
  return 1 - burnRate(counts, i, rows) * passed;
}

/**
 * What is left of the error budget at the last row, and how long it lasts if the burn rate of the last hour, six hours
 * or three days goes on: left × window ÷ burn rate. Old errors that will leave the window are not given back, so that a
 * window that rolls lasts rather longer.
 */
export function sloOutlook(counts: SloCounts, bucketMs: number): Outlook {
  const { times, n, bad, total, windowMs } = counts;
  const rows = windowRows(windowMs, bucketMs);
  const last = n - 1;
  const remaining = budgetLeft(counts, bucketMs, last);
  let since = n;
  while (since > 0 && budgetLeft(counts, bucketMs, since - 1) <= 0) since--;
  const paceOf = (name: "1h" | "6h" | "3d") => {
    const burn = burnRate(counts, last, windowRows(SLO_WINDOWS[name], bucketMs));
    if (remaining <= 0) return { burn, seconds: 0, at: null };
    if (burn === 0) return { burn, seconds: null, at: null };
    const ms = (remaining * windowMs) / burn;
    return {
      burn,
      seconds: ms / 1000,
      at: ms < windowMs ? isoUtc(1000 * Math.round((times[last] + bucketMs + ms) / 1000)) : null,
    };
  };
  return {
    from: isoUtc(times[Math.max(0, n - rows)]),
    to: isoUtc(times[last]),
    complete: n >= rows,
    bad: bad(last, rows),
    total: total(last, rows),
    consumed: 1 - remaining,
    remaining,
    exhaustedSince: since < n ? isoUtc(times[since]) : null,
    paces: { "1h": paceOf("1h"), "6h": paceOf("6h"), "3d": paceOf("3d") },
  };
}
