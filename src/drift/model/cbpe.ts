import { InputError } from "../../core/errors.js";
import { createRandom, type Random } from "../../core/random.js";
import { DEFAULT_DRIFT_OPTIONS } from "../types.js";
import { drawnAgain, type EstimatedMetric, estimatedMetric } from "./bootstrap-metric.js";
import { calibrated } from "./calibrated.js";
import { expectedMetrics, METRICS, type MetricName, type Metrics, type ScoredRows } from "./expected-metrics.js";

/** Scores and predictions of a binary classifier, with the truth where it is known. */
export interface BinaryPredictions {
  /** Higher for the positive class; NaN is missing. */
  scores: Float64Array;
  /** 1 where the positive class is predicted, 0 where not; NaN is missing. */
  predicted: Float64Array;
  /** 1 where the label is the positive class, 0 where not; NaN is missing. */
  came?: Float64Array;
}

export interface CbpeOptions {
  calibration?: "isotonic" | "platt";
  /** Bootstrap replicates for the intervals, default 200. */
  replicates?: number;
  /** Intervals have level 1 − alpha. */
  alpha?: number;
  seed?: number;
}

export const DEFAULT_CBPE_OPTIONS = Object.freeze({
  calibration: "isotonic" as "isotonic" | "platt",
  replicates: 200,
  alpha: DEFAULT_DRIFT_OPTIONS.alpha,
  seed: DEFAULT_DRIFT_OPTIONS.seed,
});

export interface Cbpe {
  calibration: "isotonic" | "platt";
  /** Rows with score, prediction and label. */
  nReference: number;
  /** Rows with score and prediction. */
  nCurrent: number;
  /** Those with a label too. */
  nRealised: number;
  metrics: EstimatedMetric[];
}

/**
 * Confidence-based performance estimation, the method of NannyML: scores are calibrated on labelled reference rows
 * (isotonic regression, or Platt's curve of their log-odds), and the current rows' expected confusion matrix gives accuracy, F1 and AUC
 * without their labels. It holds as long as labels depend on scores as they did: where `realised` lies outside of the
 * interval, that changed.
 *
 * A calibration is a little too sure of the rows that it was fitted to, isotonic regression most. Replicates show by how
 * much, and that is taken off (bootstrap bias correction, Efron & Tibshirani 1993, ch. 10).
 *
 * The interval comes from replicates that draw reference rows again, calibrate on them, and draw a label for every current
 * row; those of the changes from replicates that draw the rows of both sides again.
 *
 * @throws InputError without labels in the reference, or with labels of one class only
 * @example
 * const { metrics } = cbpe({ scores, predicted, came }, { scores: today, predicted: predictedToday });
 * metrics[0]; // { name: "accuracy", reference: 0.91, estimated: 0.84, lower: 0.82, upper: 0.86, … }
 */
export function cbpe(reference: BinaryPredictions, current: BinaryPredictions, options: CbpeOptions = {}): Cbpe {
  const o = { ...DEFAULT_CBPE_OPTIONS, ...options };
  if (!reference.came) throw new InputError("performance is estimated from a labelled reference; give it its labels");
  const labelled = inOrder(reference, reference.came);
  const truth = labelled.came!;
  const ones = truth.reduce((sum, value) => sum + value, 0);
  if (ones === 0 || ones === truth.length) {
    throw new InputError(
      `the reference has ${truth.length} labelled rows with a score, ${ones} of the positive class; it needs rows of both`,
      { rows: truth.length, positive: ones },
    );
  }
  const rows = inOrder(current);
  const calibrate = (weights?: Float64Array): Float64Array =>
    calibrated(o.calibration, labelled.scores, truth, rows.scores, weights);
  const known = current.came ? inOrder(current, current.came) : null;
  const realised = known ? expectedMetrics(known, known.came!) : null;
  const found = expectedMetrics(labelled, truth);
  const plain = expectedMetrics(rows, calibrate());
  const replicates: Replicate[] = [];
  if (rows.scores.length > 0) {
    const random = createRandom(o.seed).child("cbpe");
    for (let r = 0; r < o.replicates; r++) {
      replicates.push(replicate(labelled, truth, rows, known, calibrate, random.child(r)));
    }
  }
  return {
    calibration: o.calibration,
    nReference: truth.length,
    nCurrent: rows.scores.length,
    nRealised: known?.scores.length ?? 0,
    metrics: METRICS.map((name) =>
      estimatedMetric(
        name,
        { reference: found[name], plain: plain[name], realised: realised?.[name] ?? null },
        replicates.map(({ expected, drawn, change, realisedChange }) => ({
          expected: expected[name],
          drawn: drawn[name],
          change: change[name],
          realisedChange: realisedChange?.[name] ?? null,
        })),
        o.alpha,
      ),
    ),
  };
}

interface OrderedRows extends ScoredRows {
  came: Float64Array | null;
}

/** Rows that have all of score, prediction and (where asked) label, by score. */
function inOrder({ scores, predicted }: BinaryPredictions, came?: Float64Array): OrderedRows {
  const whole = Int32Array.from({ length: scores.length }, (_, i) => i).filter(
    (i) => Number.isFinite(scores[i]) && !Number.isNaN(predicted[i]) && !(came && Number.isNaN(came[i])),
  );
  // By all there is of a row, so that the order of rows does not show in what is drawn.
  whole.sort((a, b) => scores[a] - scores[b] || predicted[a] - predicted[b] || (came ? came[a] - came[b] : 0));
  return {
    scores: Float64Array.from(whole, (i) => scores[i]),
    predicted: Uint8Array.from(whole, (i) => predicted[i]),
    came: came ? Float64Array.from(whole, (i) => came[i]) : null,
  };
}

interface Replicate {
  /** The current rows' expected metrics by this calibration. */
  expected: Metrics;
  /** Their metrics with drawn labels. */
  drawn: Metrics;
  /** Estimate less reference, both of rows drawn again. */
  change: Metrics;
  realisedChange: Metrics | null;
}

function replicate(
  reference: ScoredRows,
  truth: Float64Array,
  rows: ScoredRows,
  known: OrderedRows | null,
  calibrate: (weights: Float64Array) => Float64Array,
  random: Random,
): Replicate {
  const weights = drawnAgain(truth.length, random);
  const probabilities = calibrate(weights);
  const labels = probabilities.map((p) => (random.uniform() < p ? 1 : 0));
  const was = expectedMetrics(reference, truth, weights);
  const is = expectedMetrics(rows, probabilities, drawnAgain(rows.scores.length, random));
  return {
    expected: expectedMetrics(rows, probabilities),
    drawn: expectedMetrics(rows, labels),
    change: less(is, was),
    realisedChange: known && less(expectedMetrics(known, known.came!, drawnAgain(known.scores.length, random)), was),
  };
}

function less(is: Metrics, was: Metrics): Metrics {
  const of = (name: MetricName): number | null =>
    is[name] === null || was[name] === null ? null : is[name] - was[name];
  return { accuracy: of("accuracy"), f1: of("f1"), roc_auc: of("roc_auc") };
}
