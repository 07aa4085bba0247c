import { finiteOrNull } from "../../core/finite-or-null.js";
import { mean } from "../../core/statistics.js";
import { HOUR_MS } from "../../core/time.js";
import type { EdgeGate } from "./edge-schema.js";
import { mannKendall } from "./mann-kendall.js";
import { theilSen } from "./theil-sen.js";

/** More points than these are averaged in runs: slopes of all pairs take n² time, and a neighbour tells little more. */
const MOST_POINTS = 2000;

/** Means of runs of neighbours, so that at most {@link MOST_POINTS} are left; each instant counts once. */
function points(times: Float64Array, temperature: Float64Array): { hours: number[]; degrees: number[] } {
  const rows = Uint32Array.from(times, (_, i) => i)
    .filter((i) => Number.isFinite(times[i]) && Number.isFinite(temperature[i]))
    .sort((a, b) => times[a] - times[b]);
  const size = Math.ceil(rows.length / MOST_POINTS);
  const [hours, degrees]: [number[], number[]] = [[], []];
  for (let start = 0; start < rows.length; ) {
    let end = Math.min(start + size, rows.length);
    while (end < rows.length && times[rows[end]] === times[rows[end - 1]]) end++;
    let [hour, degree] = [0, 0];
    for (let k = start; k < end; k++) {
      hour += (times[rows[k]] - times[rows[0]]) / HOUR_MS;
      degree += temperature[rows[k]];
    }
    hours.push(hour / (end - start));
    degrees.push(degree / (end - start));
    start = end;
  }
  return { hours, degrees };
}

/** Correlation of the residuals of neighbours, NaN where there are none. */
function neighbourCorrelation(residuals: readonly number[]): number {
  const centre = mean(residuals);
  let [together, alone] = [0, 0];
  for (let i = 0; i < residuals.length; i++) {
    alone += (residuals[i] - centre) ** 2;
    if (i > 0) together += (residuals[i] - centre) * (residuals[i - 1] - centre);
  }
  return together / alone;
}

/** Trend of the temperature over time: slope of Theil and Sen with its interval, test of Mann and Kendall. */
export function thermalTrend(
  times: Float64Array,
  temperature: Float64Array,
  level: number,
): NonNullable<EdgeGate["thermal"]> {
  const { hours, degrees } = points(times, temperature);
  const { slope, low, high } = theilSen(hours, degrees, level);
  const { score, p } = mannKendall(degrees);
  const correlation = neighbourCorrelation(degrees.map((degree, i) => degree - slope * hours[i]));
  return {
    ...{ slope: finiteOrNull(slope), lower: finiteOrNull(low), upper: finiteOrNull(high), score, p: finiteOrNull(p) },
    ...{ points: hours.length, neighbour_correlation: finiteOrNull(correlation) },
  };
}
