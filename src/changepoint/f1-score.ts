/** Change points per annotator: index of the first observation of every new segment. */
export type Annotations = Readonly<Record<string, ArrayLike<number>>>;

/**
 * F1 of predicted changes against several annotators (van den Burg & Williams 2020): index 0 belongs to the prediction
 * and to every annotator; precision counts against the union of the annotators, recall is their mean.
 *
 * @param margin furthest distance of a prediction to the truth it finds; default 5
 *
 * @example
 * f1Score({ a: [], b: [10], c: [50] }, [10]); // 0.909…
 */
export function f1Score(annotations: Annotations, predicted: ArrayLike<number>, margin = 5): number {
  const found = withStart(Array.from(predicted));
  const truths = Object.values(annotations).map((truth) => withStart(Array.from(truth)));
  const union = withStart(truths.flat());
  const precision = matches(union, found, margin) / found.length;
  const recall = truths.reduce((sum, truth) => sum + matches(truth, found, margin) / truth.length, 0) / truths.length;
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

const withStart = (indices: readonly number[]): number[] => [...new Set([0, ...indices])].sort((a, b) => a - b);

/** Truths that are found; a prediction finds one truth at most, the nearest pairs first. */
function matches(truth: readonly number[], found: readonly number[], margin: number): number {
  const pairs: { truth: number; found: number; distance: number }[] = [];
  for (const t of truth) {
    for (const f of found) {
      const distance = Math.abs(t - f);
      if (distance <= margin) pairs.push({ truth: t, found: f, distance });
    }
  }
  pairs.sort((a, b) => a.distance - b.distance || a.truth - b.truth || a.found - b.found);
  const usedTruth = new Set<number>();
  const usedFound = new Set<number>();
  for (const pair of pairs) {
    if (usedTruth.has(pair.truth) || usedFound.has(pair.found)) continue;
    usedTruth.add(pair.truth);
    usedFound.add(pair.found);
  }
  return usedTruth.size;
}
