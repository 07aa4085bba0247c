import { quantileSorted } from "../core/statistics.js";
import type { CountPair } from "./count-pair.js";

/**
 * Counts of both samples in bins between the deciles of the reference (type 7): [lower, upper), the outer ones unbounded,
 * deciles that are equal taken as one.
 *
 * @param reference ascending
 * @param current ascending
 */
export function decileCounts(reference: Float64Array, current: Float64Array): CountPair {
  // k · 0.1 and not k / 10: these are the probabilities that linspace(0, 1, 11) of NumPy has.
  const deciles = Array.from({ length: 9 }, (_, k) => quantileSorted(reference, (k + 1) * 0.1));
  const edges = [...new Set(deciles)];
  return { reference: countBetween(reference, edges), current: countBetween(current, edges) };
}

/** Values in [edge, next edge) of an ascending sample, with those below the first edge and from the last on. */
export function countBetween(sorted: Float64Array, edges: readonly number[]): Float64Array {
  const counts = new Float64Array(edges.length + 1);
  let from = 0;
  for (const [k, edge] of edges.entries()) {
    const to = countBelow(sorted, edge, from);
    counts[k] = to - from;
    from = to;
  }
  counts[edges.length] = sorted.length - from;
  return counts;
}

/** How many values of an ascending sample are smaller than x. */
function countBelow(sorted: Float64Array, x: number, from: number): number {
  let [low, high] = [from, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}
