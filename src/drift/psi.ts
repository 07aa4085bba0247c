import { binCounts, type Sample } from "./bin-counts.js";
import type { CountPair } from "./count-pair.js";
import { evidentlyCounts } from "./evidently-counts.js";
import { pooledSteps } from "./pooled-steps.js";
import { filledShares, smoothedShares, sumOverBins } from "./shares.js";
import { sortedSample } from "./sorted-sample.js";

/** Deciles of the reference with smoothed counts, or what Evidently 0.7 computes. */
export type PsiMode = "deciles" | "evidently";

export interface PsiOptions {
  /** Default `deciles`. */
  mode?: PsiMode;
}

export interface Psi {
  value: number;
  /** Bins or levels that it was summed over. */
  bins: number;
}

/**
 * Population stability index: the sum of (p − q) ln(p / q) over bins of values or over levels.
 *
 * By default values are binned between the deciles of the reference, and half a row is added to each bin on both sides. In
 * mode `evidently` the bins are those of Evidently, and only empty ones are filled; a column of whole numbers counts as
 * one of floating-point numbers there.
 *
 * @param reference values, or rows by level
 * @param current the same kind
 * @throws InputError when a side is empty, holds values that are not finite or negative counts
 * @example psi(new Map([["x", 50], ["y", 50]]), new Map([["x", 30], ["y", 70]])) // { value: 0.1659…, bins: 2 }
 */
export function psi(reference: Sample, current: Sample, options: PsiOptions = {}): Psi {
  const mode = options.mode ?? "deciles";
  if (mode === "evidently" && reference instanceof Float64Array && current instanceof Float64Array) {
    const [a, b] = [sortedSample(reference), sortedSample(current)];
    return psiOfCounts(evidentlyCounts(a, b, pooledSteps(a, b)), mode);
  }
  return psiOfCounts(binCounts(reference, current), mode);
}

/** {@link psi} of counts by bin. */
export function psiOfCounts(counts: CountPair, mode: PsiMode): Psi {
  const share = mode === "evidently" ? filledShares : smoothedShares;
  const value = sumOverBins(counts, share, (p, q) => (p - q) * Math.log(p / q));
  return { value, bins: counts.reference.length };
}
