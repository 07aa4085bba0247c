import type { WeekSpan } from "./plan-weeks.js";

/** Sums and highest hours of each path, by week and over the horizon. */
export interface WeeklyPaths {
  /** `sums[week][path]`: GPU-hours. */
  sums: Float64Array[];
  /** `peaks[week][path]`: GPUs of the highest hour. */
  peaks: Float64Array[];
  /** Sum and highest hour of the whole horizon by path. */
  total: Float64Array;
  peak: Float64Array;
}

/** @param data path-major: `data[path * horizon + hour]` */
export function weeklyPaths(data: Float64Array, n: number, horizon: number, weeks: readonly WeekSpan[]): WeeklyPaths {
  const sums = weeks.map(() => new Float64Array(n));
  const peaks = weeks.map(() => new Float64Array(n));
  const total = new Float64Array(n);
  const peak = new Float64Array(n);
  for (let path = 0; path < n; path++) {
    const row = path * horizon;
    weeks.forEach((week, w) => {
      let sum = 0;
      let highest = 0;
      for (let h = week.from; h < week.to; h++) {
        const value = data[row + h];
        sum += value;
        if (value > highest) highest = value;
      }
      sums[w][path] = sum;
      peaks[w][path] = highest;
      total[path] += sum;
      if (highest > peak[path]) peak[path] = highest;
    });
  }
  return { sums, peaks, total, peak };
}

/** P(week has the highest sum) for each week; weeks that tie in a path share it evenly, so the result sums to 1. */
export function peakProbabilities(sums: readonly Float64Array[]): number[] {
  const n = sums[0]?.length ?? 0;
  const counts = new Float64Array(sums.length);
  for (let path = 0; path < n; path++) {
    let highest = Number.NEGATIVE_INFINITY;
    let ties = 0;
    for (const week of sums) {
      if (week[path] > highest) {
        highest = week[path];
        ties = 1;
      } else if (week[path] === highest) ties++;
    }
    for (let w = 0; w < sums.length; w++) if (sums[w][path] === highest) counts[w] += 1 / ties;
  }
  return Array.from(counts, (count) => count / n);
}
