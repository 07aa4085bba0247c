import { quantileSelect } from "../core/index.js";

/** Deviations beyond this many standard deviations count as this many. */
const CLIP = 3;

/**
 * Variance of counts over that of independent Poisson or binomial ones, from neighbouring observations, so that changes
 * hardly touch it: given their sum, the first of two Poisson counts is binomial.
 *
 * @param counts missing (NaN) ones are left out
 * @param exposure of every count; default 1 each
 * @param binomial whether the exposure is the number of trials
 * @returns 1 for pure counts; 1 where all are 0
 */
export function countDispersion(counts: Float64Array, exposure?: Float64Array, binomial = false): number {
  const sizes = new Float64Array(counts.length);
  let size = 0;
  for (let i = 1; i < counts.length; i++) {
    const [e, f] = exposure ? [exposure[i - 1], exposure[i]] : [1, 1];
    const sum = counts[i - 1] + counts[i];
    const share = binomial ? 1 - sum / (e + f) : 1;
    const variance = (sum * e * f * share) / (e + f) ** 2;
    if (variance > 0) sizes[size++] = Math.abs(counts[i - 1] - (sum * e) / (e + f)) / Math.sqrt(variance);
  }
  if (size === 0) return 1;
  const limit = CLIP * 1.4826 * quantileSelect(sizes.slice(0, size), 0.5) || Number.POSITIVE_INFINITY;
  let squares = 0;
  for (let i = 0; i < size; i++) squares += Math.min(sizes[i], limit) ** 2;
  return squares / size;
}
