import { InputError } from "./errors.js";

/** Arithmetic mean; NaN for an empty input. Values must not hold NaN. */
export function mean(x: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += x[i];
  return total / x.length;
}

/** Mean that is the same to the last bit for any order of the values; NaN for none. */
export function orderlessMean(values: Iterable<number>): number {
  return mean(Float64Array.from(values).sort());
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

/**
 * Type-7 quantile by selection (Hoare's quickselect): linear time, where one quantile does not pay for a sort.
 *
 * @param values without NaN; reordered in place
 */
export function quantileSelect(values: Float64Array, p: number): number {
  if (!(p >= 0 && p <= 1)) throw new InputError(`quantile probability must lie in [0, 1], got ${p}`, { p });
  if (values.length === 0) return Number.NaN;
  const position = (values.length - 1) * p;
  const below = Math.floor(position);
  const low = select(values, below);
  if (position === below) return low;
  let above = Number.POSITIVE_INFINITY;
  for (let i = below + 1; i < values.length; i++) if (values[i] < above) above = values[i];
  return low + (position - below) * (above - low);
}

/** k-th smallest value (from 0); on return nothing before k is larger and nothing after it smaller. */
function select(values: Float64Array, k: number): number {
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const a = values[left];
    const b = values[(left + right) >> 1];
    const c = values[right];
    const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i <= j) {
        const swap = values[i];
        values[i] = values[j];
        values[j] = swap;
        i++;
        j--;
      }
    }
    if (k <= j) right = j;
    else if (k >= i) left = i;
    else break;
  }
  return values[k];
}
