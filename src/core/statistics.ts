import { InputError } from "./errors.js";

/** Arithmetic mean; NaN for an empty input. Values must not hold NaN. */
export function mean(x: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += x[i];
  return total / x.length;
}

/** Population standard deviation (divides by n), two passes; 0 for one value, NaN for none. */
export function standardDeviation(x: ArrayLike<number>): number {
  const centre = mean(x);
  let total = 0;
  for (let i = 0; i < x.length; i++) total += (x[i] - centre) ** 2;
  return Math.sqrt(total / x.length);
}

/** The values that are not NaN, sorted ascending, in a new array. */
export function sortedFinite(x: ArrayLike<number>): Float64Array {
  return Float64Array.from(x as ArrayLike<number>)
    .filter((v) => !Number.isNaN(v))
    .sort();
}

/**
 * Quantile of an ascending array, type 7 of Hyndman & Fan (1996): linear interpolation, the default of R and NumPy.
 *
 * @param sorted ascending values without NaN; empty gives NaN
 * @param p probability in [0, 1]
 */
export function quantileSorted(sorted: ArrayLike<number>, p: number): number {
  if (!(p >= 0 && p <= 1)) throw new InputError(`quantile probability must lie in [0, 1], got ${p}`, { p });
  if (sorted.length === 0) return Number.NaN;
  const position = (sorted.length - 1) * p;
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/** Type-7 quantile of unsorted values; NaN values are left out. */
export function quantile(x: ArrayLike<number>, p: number): number {
  return quantileSorted(sortedFinite(x), p);
}

/** Median; NaN values are left out. */
export function median(x: ArrayLike<number>): number {
  return quantile(x, 0.5);
}
