import { quantileSorted } from "../core/statistics.js";
import { intervalProbabilities } from "./estimate.js";
import { orderAt, orderWork } from "./order-statistics.js";

/** Columns `mean`, `median`, `lo_L`, `hi_L`, each with one value an hour. */
export type HourlyBands = Record<string, Float64Array>;

/** Hours gathered at a time: one cache line of doubles, since paths are stored one after the other. */
const BLOCK = 8;

/**
 * Mean and quantiles over the paths, hour by hour.
 *
 * @param data path-major: `data[path * horizon + hour]`
 */
export function hourlyBands(data: Float64Array, n: number, horizon: number, levels: readonly number[]): HourlyBands {
  const probabilities = intervalProbabilities(levels);
  const bands: HourlyBands = { mean: new Float64Array(horizon) };
  for (const [name] of probabilities) bands[name] = new Float64Array(horizon);
  const work = orderWork(n);
  const ranks = [...new Set(probabilities.flatMap(([, p]) => ranksOf(p, n)))].sort((a, b) => a - b);
  const scratch = Array.from({ length: BLOCK }, () => new Float64Array(n));
  for (let from = 0; from < horizon; from += BLOCK) {
    const width = Math.min(BLOCK, horizon - from);
    for (let path = 0; path < n; path++) {
      const at = path * horizon + from;
      for (let k = 0; k < width; k++) scratch[k][path] = data[at + k];
    }
    for (let k = 0; k < width; k++) {
      const values = scratch[k];
      let sum = 0;
      for (let path = 0; path < n; path++) sum += values[path];
      bands["mean"][from + k] = sum / n;
      const ordered = orderAt(values, ranks, work);
      for (const [name, p] of probabilities) bands[name][from + k] = quantileSorted(ordered, p);
    }
  }
  return bands;
}

/** Positions that a type-7 quantile reads. */
function ranksOf(p: number, n: number): number[] {
  const below = Math.floor((n - 1) * p);
  return [below, Math.min(below + 1, n - 1)];
}
