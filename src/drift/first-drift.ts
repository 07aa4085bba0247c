import type { DriftEntry, DriftReport } from "./drift-schema.js";

type FirstDrift = DriftReport["dataset"]["first_drift"][number];

/**
 * When each feature (and slice) drifted first: the start of its first window with verdict drift. Beside it the start of the
 * windows that drift up to the last one without a break, which an alarm by chance long before does not touch; windows
 * with too few rows for a verdict break nothing.
 *
 * @param entries of a report: windows of a feature and slice by time
 */
export function firstDrift(entries: readonly DriftEntry[]): FirstDrift[] {
  const found = new Map<string, FirstDrift>();
  for (const { feature, slice, window, verdict, reason } of entries) {
    if (window === null || reason === "few_rows" || reason === "no_values") continue;
    const key = JSON.stringify([feature, slice]);
    const first = found.get(key);
    if (verdict !== "drift") {
      if (first) first.since = null;
    } else if (first) first.since ??= window.start;
    else found.set(key, { feature, slice, start: window.start, since: window.start });
  }
  return [...found.values()];
}
