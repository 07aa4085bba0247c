import { quantileSorted } from "../core/statistics.js";

/** Probabilities of the quantiles that stand for a distribution of waits: a step of 1/40 and the far end. */
export const WAIT_PROBABILITIES: readonly number[] = Object.freeze([
  ...Array.from({ length: 40 }, (_, i) => i / 40),
  0.99,
  0.995,
  1,
]);

/** Waits at {@link WAIT_PROBABILITIES} (type 7); empty when nothing waited. @param sorted ascending */
export function waitQuantiles(sorted: ArrayLike<number>): number[] {
  return sorted.length === 0 ? [] : WAIT_PROBABILITIES.map((p) => quantileSorted(sorted, p));
}
