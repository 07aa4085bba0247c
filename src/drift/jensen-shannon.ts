import { binCounts, type Sample } from "./bin-counts.js";
import type { CountPair } from "./count-pair.js";
import { shares, sumOverBins } from "./shares.js";

/**
 * Jensen-Shannon distance in base 2, the root of the divergence (Endres & Schindelin 2003), of the shares of levels, or of
 * values between the deciles of the reference; 0 to 1.
 *
 * @param reference values, or rows by level
 * @param current the same kind
 * @throws InputError when a side is empty, holds values that are not finite or negative counts
 */
export function js(reference: Sample, current: Sample): { distance: number } {
  return jsOfCounts(binCounts(reference, current));
}

/** {@link js} of counts by bin. */
export function jsOfCounts(counts: CountPair): { distance: number } {
  const sum = sumOverBins(counts, shares, (p, q) => toMiddle(p, q) + toMiddle(q, p));
  return { distance: Math.sqrt(Math.min(1, Math.max(0, sum / 2))) };
}

function toMiddle(p: number, q: number): number {
  return p === 0 ? 0 : p * Math.log2(p / ((p + q) / 2));
}
