import { binCounts, type Sample } from "./bin-counts.js";
import type { CountPair } from "./count-pair.js";
import { shares, sumOverBins } from "./shares.js";

/**
 * Hellinger distance √(½ Σ (√p − √q)²) of the shares of levels, or of values between the deciles of the reference; 0 to 1.
 *
 * @param reference values, or rows by level
 * @param current the same kind
 * @throws InputError when a side is empty, holds values that are not finite or negative counts
 */
export function hellinger(reference: Sample, current: Sample): { value: number } {
  return hellingerOfCounts(binCounts(reference, current));
}

/** {@link hellinger} of counts by bin. */
export function hellingerOfCounts(counts: CountPair): { value: number } {
  const sum = sumOverBins(counts, shares, (p, q) => (Math.sqrt(p) - Math.sqrt(q)) ** 2);
  return { value: Math.min(1, Math.sqrt(sum / 2)) };
}
