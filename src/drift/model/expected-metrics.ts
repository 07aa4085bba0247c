/** Rows of a binary classifier in ascending order of their scores. */
export interface ScoredRows {
  scores: Float64Array;
  /** 1 where the positive class is predicted, else 0. */
  predicted: Uint8Array;
}

export const METRICS = ["accuracy", "f1", "roc_auc"] as const;
export type MetricName = (typeof METRICS)[number];
/** Null: not defined, as F1 is without positive rows and predictions, and AUC without both classes. */
export type Metrics = Record<MetricName, number | null>;

/**
 * Accuracy, F1 and AUC from the expected confusion matrix: a row that is positive with probability p counts p as positive
 * and 1 − p as negative. With p of 0 and 1 these are the metrics themselves. The AUC is that of the scores, ties by half.
 *
 * @param positive probability, or truth as 0 and 1, by row
 * @param weights by row; default 1
 */
export function expectedMetrics(rows: ScoredRows, positive: Float64Array, weights?: Float64Array): Metrics {
  const { scores, predicted } = rows;
  let [tp, fp, fn, tn, pairs] = [0, 0, 0, 0, 0];
  for (let i = 0; i < scores.length; ) {
    const score = scores[i];
    const before = fp + tn;
    let [ones, zeros] = [0, 0];
    for (; i < scores.length && scores[i] === score; i++) {
      const weight = weights ? weights[i] : 1;
      const one = weight * positive[i];
      const zero = weight - one;
      if (predicted[i] === 1) {
        tp += one;
        fp += zero;
      } else {
        fn += one;
        tn += zero;
      }
      ones += one;
      zeros += zero;
    }
    pairs += ones * (before + zeros / 2);
  }
  const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
  return {
    accuracy: ratio(tp + tn, tp + tn + fp + fn),
    f1: ratio(2 * tp, 2 * tp + fp + fn),
    roc_auc: ratio(pairs, (tp + fn) * (fp + tn)),
  };
}
