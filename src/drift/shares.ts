import { type CountPair, total } from "./count-pair.js";

/** Zero shares become this by Evidently's rule. */
const EVIDENTLY_LEAST = 0.0001;

/** Share of each bin in the rows. */
export function shares(counts: Float64Array): Float64Array {
  const rows = total(counts);
  return counts.map((count) => count / rows);
}

/** Shares after half a row more in each bin, so that none is zero. */
export function smoothedShares(counts: Float64Array): Float64Array {
  const rows = total(counts) + counts.length / 2;
  return counts.map((count) => (count + 0.5) / rows);
}

/**
 * Shares with zeros filled as Evidently 0.7 does: by 0.0001, or a millionth of the least other share when that is no
 * larger than 0.0001. They no longer sum to one.
 */
export function filledShares(counts: Float64Array): Float64Array {
  const raw = shares(counts);
  const least = raw.reduce((min, share) => (share > 0 && share < min ? share : min), 1);
  const fill = least <= EVIDENTLY_LEAST ? least / 1e6 : EVIDENTLY_LEAST;
  return raw.map((share) => (share === 0 ? fill : share));
}

/** A sum over bins of a function of both shares. */
export function sumOverBins(
  { reference, current }: CountPair,
  share: (counts: Float64Array) => Float64Array,
  term: (p: number, q: number) => number,
): number {
  const q = share(current);
  return share(reference).reduce((sum, p, i) => sum + term(p, q[i]), 0);
}
