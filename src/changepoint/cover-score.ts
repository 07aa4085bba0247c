import type { Annotations } from "./f1-score.js";

/**
 * Covering of the annotators' segmentations by the predicted one (Arbeláez et al. 2011): for every true segment the
 * largest Jaccard index with a predicted segment, weighted by its length; mean over the annotators.
 *
 * @param n number of observations
 *
 * @example
 * coverScore({ a: [10, 20], b: [10], c: [0, 5] }, [10, 20], 45); // 0.796…
 */
export function coverScore(annotations: Annotations, predicted: ArrayLike<number>, n: number): number {
  const found = bounds(predicted, n);
  const scores = Object.values(annotations).map((truth) => covering(bounds(truth, n), found) / n);
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** Ends of the segments: 0, the changes inside, n. */
const bounds = (changes: ArrayLike<number>, n: number): number[] =>
  [...new Set([0, ...Array.from(changes), n])].sort((a, b) => a - b);

function covering(truth: readonly number[], found: readonly number[]): number {
  let total = 0;
  for (let i = 1; i < truth.length; i++) {
    let best = 0;
    for (let j = 1; j < found.length; j++) {
      const shared = Math.min(truth[i], found[j]) - Math.max(truth[i - 1], found[j - 1]);
      const union = Math.max(truth[i], found[j]) - Math.min(truth[i - 1], found[j - 1]);
      if (shared > 0) best = Math.max(best, shared / union);
    }
    total += (truth[i] - truth[i - 1]) * best;
  }
  return total;
}
