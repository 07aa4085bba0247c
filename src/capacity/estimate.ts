import { mean, quantileSorted } from "../core/statistics.js";
import type { Estimate } from "./result-parts.js";

/** Probabilities of the columns of an interval table: `median`, then `lo_L`, `hi_L` for each level in per cent. */
export function intervalProbabilities(levels: readonly number[]): [name: string, p: number][] {
  return [
    ["median", 0.5],
    ...levels.flatMap((level): [string, number][] => {
      const tail = (1 - level / 100) / 2;
      return [
        [`lo_${level}`, tail],
        [`hi_${level}`, 1 - tail],
      ];
    }),
  ];
}

/**
 * A figure over the sample paths: mean, median and the type-7 quantiles of the levels.
 *
 * @param values one value a path; not changed
 * @param round applied to each figure at the end, e.g. {@link roundMoney}
 */
export function estimate(
  values: Float64Array,
  levels: readonly number[],
  round: (value: number) => number = (value) => value,
): Estimate {
  const sorted = values.slice().sort();
  const out: Estimate = { mean: round(mean(values)), median: 0 };
  for (const [name, p] of intervalProbabilities(levels)) out[name] = round(quantileSorted(sorted, p));
  return out;
}

/**
 * Smallest whole number that is not exceeded with the given probability: the inverse of the empirical distribution
 * (type 1 of Hyndman & Fan 1996), so the promise holds on the paths themselves.
 *
 * @param sorted ascending
 */
export function quantileNotExceeded(sorted: ArrayLike<number>, probability: number): number {
  const rank = Math.ceil(probability * sorted.length - 1e-9);
  return sorted[Math.min(sorted.length, Math.max(1, rank)) - 1];
}

/** How many of the ascending values exceed a limit. */
export function countAbove(sorted: Float64Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] > limit) high = middle;
    else low = middle + 1;
  }
  return sorted.length - low;
}

/** Share of the ascending values that exceed a limit. */
export function shareAbove(sorted: Float64Array, limit: number): number {
  return sorted.length === 0 ? 0 : countAbove(sorted, limit) / sorted.length;
}
