import { InputError } from "../../core/errors.js";
import { createRandom, type Random } from "../../core/random.js";
import { drawnAgain, estimatedMetric, type MetricReplicate } from "./bootstrap-metric.js";
import { calibrated } from "./calibrated.js";
import { type Cbpe, type CbpeOptions, DEFAULT_CBPE_OPTIONS } from "./cbpe.js";
import {
  CLASS_METRICS,
  type ClassMetricName,
  type ClassMetrics,
  type ClassRows,
  expectedClassMetrics,
} from "./expected-metrics.js";

/** Scores of several classes and predictions, with the truth where it is known. */
export interface ClassPredictions {
  /** A column a class: higher where the class is more likely; NaN is missing. */
  scores: readonly Float64Array[];
  /** Place of the predicted class in `scores`; NaN is missing. */
  predicted: Float64Array;
  /** Place of the true class; NaN is missing. */
  came?: Float64Array;
}

/**
 * {@link cbpe} of more than two classes, as NannyML does it: the scores of each class are calibrated on labelled reference
 * rows, class against the rest, and made to add up to 1 in each row. Expected counts of hits, misses and false alarms then
 * give accuracy, macro F1 and macro AUC (means of the classes' F1, and of their AUC against the rest) without labels of the current rows. Bias and intervals as there.
 *
 * @throws InputError without labels in the reference, or with labels of one class only
 * @example cbpeClasses({ scores: [bus, car, van], predicted, came }, { scores: now, predicted: predictedNow }).metrics[1]
 */
export function cbpeClasses(reference: ClassPredictions, current: ClassPredictions, options: CbpeOptions = {}): Cbpe {
  const o = { ...DEFAULT_CBPE_OPTIONS, ...options };
  if (!reference.came) throw new InputError("performance is estimated from a labelled reference; give it its labels");
  const labelled = inOrder(reference, reference.came);
  const truth = oneHot(labelled);
  if (new Set(labelled.came).size < 2) {
    throw new InputError(
      `the reference has ${labelled.predicted.length} labelled rows with scores, not of two classes; it needs rows of several`,
      { rows: labelled.predicted.length },
    );
  }
  const rows = inOrder(current);
  const known = current.came ? inOrder(current, current.came) : null;
  const knownTruth = known && oneHot(known);
  const calibrate = calibration(labelled, truth, rows, o.calibration);
  const was = expectedClassMetrics(labelled, truth);
  const plain = expectedClassMetrics(rows, calibrate());
  const realised = known && knownTruth && expectedClassMetrics(known, knownTruth);
  const replicates: Record<ClassMetricName, MetricReplicate>[] = [];
  const random = createRandom(o.seed).child("cbpe-classes");
  for (let r = 0; r < o.replicates && rows.predicted.length > 0; r++) {
    const own = random.child(r);
    const weights = drawnAgain(labelled.predicted.length, own);
    const probabilities = calibrate(weights);
    const expected = expectedClassMetrics(rows, probabilities);
    const drawn = expectedClassMetrics(rows, drawnTruth(probabilities, own));
    const before = expectedClassMetrics(labelled, truth, weights);
    const is = expectedClassMetrics(rows, probabilities, drawnAgain(rows.predicted.length, own));
    const now =
      known && knownTruth ? expectedClassMetrics(known, knownTruth, drawnAgain(known.predicted.length, own)) : null;
    const of = (name: ClassMetricName): MetricReplicate => ({
      expected: expected[name],
      drawn: drawn[name],
      change: less(is, before, name),
      realisedChange: now && less(now, before, name),
    });
    replicates.push({ accuracy: of("accuracy"), macro_f1: of("macro_f1"), macro_auc: of("macro_auc") });
  }
  return {
    calibration: o.calibration,
    nReference: labelled.predicted.length,
    nCurrent: rows.predicted.length,
    nRealised: known?.predicted.length ?? 0,
    metrics: CLASS_METRICS.map((name) =>
      estimatedMetric(
        name,
        { reference: was[name], plain: plain[name], realised: realised?.[name] ?? null },
        replicates.map((replicate) => replicate[name]),
        o.alpha,
      ),
    ),
  };
}

function less(is: ClassMetrics, was: ClassMetrics, name: ClassMetricName): number | null {
  return is[name] === null || was[name] === null ? null : is[name] - was[name];
}

interface WholeRows extends ClassRows {
  came: Int32Array;
}

/** Rows that have all scores, a prediction and (where asked) a label, in an order that is theirs alone. */
function inOrder({ scores, predicted }: ClassPredictions, came?: Float64Array): WholeRows {
  const whole = Int32Array.from(predicted.keys()).filter(
    (i) =>
      !Number.isNaN(predicted[i]) && !(came && Number.isNaN(came[i])) && scores.every((s) => Number.isFinite(s[i])),
  );
  const columns = [...scores, predicted, ...(came ? [came] : [])];
  whole.sort((a, b) => {
    for (const column of columns) if (column[a] !== column[b]) return column[a] - column[b];
    return 0;
  });
  const kept = scores.map((column) => Float64Array.from(whole, (i) => column[i]));
  return {
    scores: kept,
    orders: kept.map((column) => Int32Array.from(column.keys()).sort((a, b) => column[a] - column[b] || a - b)),
    predicted: Int32Array.from(whole, (i) => predicted[i]),
    came: came ? Int32Array.from(whole, (i) => came[i]) : new Int32Array(0),
  };
}

const oneHot = ({ came, scores }: WholeRows): Float64Array[] =>
  scores.map((_, c) => Float64Array.from(came, (one) => Number(one === c)));

/** Gives probabilities of each class for the current rows by reference rows with weights. */
function calibration(
  reference: WholeRows,
  truth: readonly Float64Array[],
  current: WholeRows,
  by: "isotonic" | "platt",
): (weights?: Float64Array) => Float64Array[] {
  const take = (values: Float64Array, order: Int32Array): Float64Array => Float64Array.from(order, (i) => values[i]);
  const classes = reference.scores.map((scores, c) => {
    const [before, after] = [reference.orders[c], current.orders[c]];
    return {
      before,
      after,
      scores: take(scores, before),
      truth: take(truth[c], before),
      now: take(current.scores[c], after),
    };
  });
  return (weights) => {
    const columns = classes.map(({ before, after, scores, truth: came, now }) => {
      const values = calibrated(by, scores, came, now, weights && take(weights, before));
      const column = new Float64Array(values.length);
      for (let k = 0; k < values.length; k++) column[after[k]] = values[k];
      return column;
    });
    addUpToOne(columns);
    return columns;
  };
}

/** Rows of zeros become equal shares. */
function addUpToOne(columns: readonly Float64Array[]): void {
  for (let i = 0; i < columns[0].length; i++) {
    let sum = 0;
    for (const column of columns) sum += column[i];
    for (const column of columns) column[i] = sum > 0 ? column[i] / sum : 1 / columns.length;
  }
}

/** A class for each row by its probabilities, as 0 and 1. */
function drawnTruth(probabilities: readonly Float64Array[], random: Random): Float64Array[] {
  const truth = probabilities.map(({ length }) => new Float64Array(length));
  for (let i = 0; i < truth[0].length; i++) {
    let left = random.uniform();
    let c = 0;
    while (c < truth.length - 1 && left >= probabilities[c][i]) left -= probabilities[c++][i];
    truth[c][i] = 1;
  }
  return truth;
}
