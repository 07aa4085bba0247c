import type { CountPair } from "./count-pair.js";
import { countBetween } from "./decile-counts.js";
import type { PooledSteps } from "./pooled-steps.js";

/** With more distinct values than this in the reference, values are binned. */
const SINGLE_UP_TO = 20;

/**
 * Counts of both samples as Evidently 0.7 bins them: bins of equal width over both samples, as many as Sturges's rule
 * says; the distinct values themselves when the reference has no more than 20.
 *
 * @param reference ascending
 * @param current ascending
 * @param steps of the two
 */
export function evidentlyCounts(reference: Float64Array, current: Float64Array, steps: PooledSteps): CountPair {
  if (distinct(reference) <= SINGLE_UP_TO) return { reference: increments(steps.a), current: increments(steps.b) };
  const first = steps.values[0];
  const range = steps.values[steps.values.length - 1] - first;
  // In just these steps, as rounding may decide on a bin more.
  const bins = Math.ceil(range / (range / (Math.log2(reference.length + current.length) + 1)));
  const width = range / bins;
  const edges = Array.from({ length: bins - 1 }, (_, k) => (k + 1) * width + first);
  return { reference: countBetween(reference, edges), current: countBetween(current, edges) };
}

function distinct(sorted: Float64Array): number {
  return sorted.reduce((count, x, i) => count + (i === 0 || x !== sorted[i - 1] ? 1 : 0), 0);
}

function increments(upTo: PooledSteps["a"]): Float64Array {
  return Float64Array.from(upTo, (count, k) => count - (k === 0 ? 0 : upTo[k - 1]));
}
