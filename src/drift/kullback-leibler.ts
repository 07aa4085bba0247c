import { binCounts, type Sample } from "./bin-counts.js";
import type { CountPair } from "./count-pair.js";
import { smoothedShares, sumOverBins } from "./shares.js";

/**
 * Kullback-Leibler divergence Σ p ln(p / q) of the current shares q from those of the reference p, of levels or of values
 * between the deciles of the reference. Half a row is added to each bin on both sides, as a bin that only the reference
 * fills would make it infinite.
 *
 * @param reference values, or rows by level
 * @param current the same kind
 * @throws InputError when a side is empty, holds values that are not finite or negative counts
 */
export function kl(reference: Sample, current: Sample): { value: number } {
  return klOfCounts(binCounts(reference, current));
}

/** {@link kl} of counts by bin. */
export function klOfCounts(counts: CountPair): { value: number } {
  return {
    value: Math.max(
      0,
      sumOverBins(counts, smoothedShares, (p, q) => p * Math.log(p / q)),
    ),
  };
}
