import { InputError } from "../core/errors.js";

/**
 * A sorted copy of a sample.
 *
 * @throws InputError of an empty sample and of NaN or ±Infinity, for which no statistic has a meaning
 */
export function sortedSample(values: Float64Array): Float64Array {
  if (values.length === 0) throw new InputError("a sample is empty; statistics need at least one value on each side");
  const sorted = values.slice().sort();
  // NaN sorts behind everything, and infinities to the ends.
  if (!Number.isFinite(sorted[0]) || !Number.isFinite(sorted[sorted.length - 1])) {
    throw new InputError("a sample holds NaN or an infinite value; leave such values out first");
  }
  return sorted;
}
