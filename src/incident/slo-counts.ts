import type { ErrorBudget } from "./slo-rules.js";
import { windowSums } from "./window-sums.js";

/** Counts of a series with the lengths that its windows are measured by. */
export interface SloCounts {
  /** Epoch ms, ascending. */
  times: Float64Array;
  n: number;
  budget: ErrorBudget;
  /** Length of the objective's window. */
  windowMs: number;
  /** Null for fewer than two different times: every window then is one row. */
  bucketMs: number | null;
  /** Bad and all events of the `rows` rows up to row i, itself included; fewer at the start. */
  bad(i: number, rows: number): number;
  total(i: number, rows: number): number;
}

type Lengths = Pick<SloCounts, "times" | "budget" | "windowMs" | "bucketMs">;

/** @param rows bad and all events by row */
export function sloCounts(lengths: Lengths, rows: { bad: Float64Array; total: Float64Array }): SloCounts {
  const [bad, total] = [windowSums(rows.bad), windowSums(rows.total)];
  return {
    ...lengths,
    n: lengths.times.length,
    bad: (i, size) => bad.sum(Math.max(0, i + 1 - size), i + 1),
    total: (i, size) => total.sum(Math.max(0, i + 1 - size), i + 1),
  };
}

/** Rows of a window: the whole buckets that it holds, at least one. */
export function windowRows(ms: number, bucketMs: number | null): number {
  return bucketMs === null ? 1 : Math.max(1, Math.floor(ms / bucketMs));
}

/** Burn rate of the `rows` rows up to row i: bad ÷ total ÷ (1 − target), 0 without traffic. */
export function burnRate({ bad, total, budget }: SloCounts, i: number, rows: number): number {
  const all = total(i, rows);
  return all > 0 ? bad(i, rows) / all / budget.share : 0;
}
