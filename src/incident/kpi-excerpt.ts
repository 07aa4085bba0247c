import { HOUR_MS } from "../core/time.js";
import type { FirstBad, Kpi } from "./types.js";

/** What a chart of an incident shows of its KPI: means of neighbouring rows, null where there is no value. */
export interface KpiExcerpt {
  /** Epoch ms of the first row of each point. */
  times: number[];
  value: (number | null)[];
  /** What the value would have been without the incident; empty for a quiet KPI. */
  expected: (number | null)[];
  /** Rows that a point stands for. */
  rowsPerPoint: number;
}

/** Points of a chart at most. */
const MOST_POINTS = 500;
/** Shown beside the incident: as much time as it took, at least a day before and a quarter of one after it. */
const MARGIN = Object.freeze({ before: 24 * HOUR_MS, after: 6 * HOUR_MS });

/** The rows around an incident (all of a quiet KPI), thinned to at most 500 points. */
export function kpiExcerpt(kpi: Kpi, firstBad: FirstBad | null): KpiExcerpt {
  const { from, to } = windowOf(kpi, firstBad);
  const rowsPerPoint = Math.max(1, Math.ceil((to - from) / MOST_POINTS));
  const excerpt: KpiExcerpt = { times: [], value: [], expected: [], rowsPerPoint };
  for (let at = from; at < to; at += rowsPerPoint) {
    const end = Math.min(at + rowsPerPoint, to);
    excerpt.times.push(kpi.times[at]);
    excerpt.value.push(meanOf(kpi, kpi.values, at, end));
    if (firstBad) excerpt.expected.push(meanOf(kpi, firstBad.expected, at, end));
  }
  return excerpt;
}

function windowOf({ times }: Kpi, firstBad: FirstBad | null): { from: number; to: number } {
  if (!firstBad || times.length === 0) return { from: 0, to: times.length };
  const end = firstBad.recovered?.time ?? times[times.length - 1];
  const length = end - firstBad.timeLow;
  const earliest = firstBad.timeLow - Math.max(MARGIN.before, length);
  const latest = end + Math.max(MARGIN.after, length);
  const from = times.findIndex((time) => time >= earliest);
  return { from, to: times.findLastIndex((time) => time <= latest) + 1 };
}

/** Mean over the rows that have a value, weighted by their requests where these are known. */
function meanOf({ values, requests }: Kpi, of: Float64Array, from: number, to: number): number | null {
  let [sum, total] = [0, 0];
  for (let i = from; i < to; i++) {
    const weight = Number.isNaN(values[i]) ? 0 : (requests?.[i] ?? 1);
    if (weight === 0) continue;
    sum += weight * of[i];
    total += weight;
  }
  // Six digits are finer than any screen.
  return total > 0 ? Number((sum / total).toPrecision(6)) : null;
}
