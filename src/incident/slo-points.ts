import { isoUtc } from "../core/time.js";
import { burnRate, type SloCounts, windowRows } from "./slo-counts.js";
import { budgetLeft } from "./slo-outlook.js";
import { SLO_WINDOW_NAMES, SLO_WINDOWS, type SloWindow } from "./slo-rules.js";
import type { SloResult } from "./slo-schema.js";

/** Points of a chart. */
const MOST_POINTS = 360;

/** Six digits are finer than any screen. */
const drawn = (value: number): number => Number(value.toPrecision(6));

/** Burn rates of one window: figures of the whole series, and the largest of each point. */
function burnOf(counts: SloCounts, name: SloWindow, rowsPerPoint: number) {
  const { times, n, bucketMs } = counts;
  const rows = windowRows(SLO_WINDOWS[name], bucketMs);
  const points: number[] = [];
  let last = 0;
  let max = 0;
  let maxAt = -1;
  for (let i = 0; i < n; i++) {
    last = burnRate(counts, i, rows);
    if (i % rowsPerPoint === 0) points.push(last);
    else points[points.length - 1] = Math.max(points[points.length - 1], last);
    if (last > max) [max, maxAt] = [last, i];
  }
  return { figures: { rows, last, max, maxAt: maxAt < 0 ? null : isoUtc(times[maxAt]) }, points: points.map(drawn) };
}

/** Burn rates of every window and the budget left, thinned to at most 360 points for charts. */
export function sloPoints(counts: SloCounts): Pick<SloResult, "burn" | "points"> {
  const { times, n, bucketMs } = counts;
  const rowsPerPoint = Math.max(1, Math.ceil(n / MOST_POINTS));
  const firsts = Array.from({ length: Math.ceil(n / rowsPerPoint) }, (_, point) => point * rowsPerPoint);
  const burns = SLO_WINDOW_NAMES.map((name) => [name, burnOf(counts, name, rowsPerPoint)] as const);
  const byWindow = <T>(of: (burn: ReturnType<typeof burnOf>) => T) =>
    Object.fromEntries(burns.map(([name, burn]) => [name, of(burn)])) as Record<SloWindow, T>;
  return {
    burn: byWindow(({ figures }) => figures),
    points: {
      rowsPerPoint,
      time: firsts.map((i) => isoUtc(times[i])),
      burn: byWindow(({ points }) => points),
      remaining:
        bucketMs === null
          ? []
          : firsts.map((i) => drawn(budgetLeft(counts, bucketMs, Math.min(i + rowsPerPoint, n) - 1))),
    },
  };
}
