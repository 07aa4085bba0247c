import { InputError } from "../core/errors.js";
import { type CountPair, countPair } from "./count-pair.js";
import { decileCounts } from "./decile-counts.js";
import { sortedSample } from "./sorted-sample.js";

/** Finite values in any order, or rows by level. */
export type Sample = Float64Array | ReadonlyMap<string, number>;

/**
 * Counts of both samples by level, or, of values, by bin between the deciles of the reference.
 *
 * @throws InputError when a side is empty, holds values that are not finite or negative counts, or when one has values and
 * the other levels
 */
export function binCounts(reference: Sample, current: Sample): CountPair {
  if (reference instanceof Float64Array && current instanceof Float64Array) {
    return decileCounts(sortedSample(reference), sortedSample(current));
  }
  if (reference instanceof Float64Array || current instanceof Float64Array) {
    throw new InputError("one sample has values and the other one counts of levels; both must have the same");
  }
  return countPair(reference, current);
}
