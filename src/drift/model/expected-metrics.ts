import { mean } from "../../core/statistics.js";

/** Rows of a binary classifier in ascending order of their scores. */
export interface ScoredRows {
  scores: Float64Array;
  /** 1 where the positive class is predicted, else 0. */
  predicted: Uint8Array;
}

export const METRICS = ["accuracy", "f1", "roc_auc"] as const;
export type MetricName = (typeof METRICS)[number];
/** Metrics of more than two classes. */
export const CLASS_METRICS = ["accuracy", "macro_f1", "macro_auc"] as const;
export type ClassMetricName = (typeof CLASS_METRICS)[number];
export type ClassMetrics = Record<ClassMetricName, number | null>;

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

/** Rows of a classifier of several classes. */
export interface ClassRows {
  /** Place of the predicted class, by row. */
  predicted: Int32Array;
  /** A column a class. */
  scores: readonly Float64Array[];
  /** Of each class, the rows in ascending order of its score. */
  orders: readonly Int32Array[];
}

/**
 * Accuracy, macro F1 and macro AUC of several classes from expected counts: a row is of class c with probability p_c, so
 * that it counts p_c as a hit where c is predicted and as a miss where not, and 1 − p_c as a false alarm where c is
 * predicted. Macro F1 is the mean of the F1 of those classes that are predicted or expected at all, macro AUC that of the
 * AUC of each class's scores against the rest, of those classes that both have rows and have not all of them.
 *
 * @param probabilities a column a class; truth as 0 and 1
 * @param weights by row; default 1
 */
export function expectedClassMetrics(
  { predicted, scores, orders }: ClassRows,
  probabilities: readonly Float64Array[],
  weights?: Float64Array,
): ClassMetrics {
  const hits = new Float64Array(probabilities.length);
  const named = new Float64Array(probabilities.length);
  const expected = new Float64Array(probabilities.length);
  let [right, all] = [0, 0];
  for (let i = 0; i < predicted.length; i++) {
    const weight = weights ? weights[i] : 1;
    const c = predicted[i];
    const hit = weight * probabilities[c][i];
    hits[c] += hit;
    named[c] += weight;
    right += hit;
    all += weight;
  }
  for (const [c, column] of probabilities.entries()) {
    for (let i = 0; i < predicted.length; i++) expected[c] += (weights ? weights[i] : 1) * column[i];
  }
  // 2 TP + FP + FN is what is predicted plus what is expected.
  const f1s = [...hits.keys()]
    .filter((c) => named[c] + expected[c] > 0)
    .map((c) => (2 * hits[c]) / (named[c] + expected[c]));
  const aucs = probabilities.flatMap((column, c) => expectedAuc(scores[c], orders[c], column, weights) ?? []);
  return {
    accuracy: all > 0 ? right / all : null,
    macro_f1: f1s.length > 0 ? mean(f1s) : null,
    macro_auc: aucs.length > 0 ? mean(aucs) : null,
  };
}

/** Null where all rows are of the class, or none. */
function expectedAuc(
  scores: Float64Array,
  order: Int32Array,
  positive: Float64Array,
  weights: Float64Array | undefined,
): number | null {
  let [pairs, above, below] = [0, 0, 0];
  for (let k = 0; k < order.length; ) {
    const score = scores[order[k]];
    let [ones, zeros] = [0, 0];
    for (; k < order.length && scores[order[k]] === score; k++) {
      const weight = weights ? weights[order[k]] : 1;
      const one = weight * positive[order[k]];
      ones += one;
      zeros += weight - one;
    }
    pairs += ones * (below + zeros / 2);
    above += ones;
    below += zeros;
  }
  return above > 0 && below > 0 ? pairs / (above * below) : null;
}
