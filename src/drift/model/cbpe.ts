import { normalTwoSided, twoSidedZ } from "../../core/distributions.js";
import { InputError } from "../../core/errors.js";
import { createRandom, type Random } from "../../core/random.js";
import { mean, sortedFinite, standardDeviation } from "../../core/statistics.js";
import { DEFAULT_DRIFT_OPTIONS } from "../types.js";
import { expectedMetrics, METRICS, type MetricName, type Metrics, type ScoredRows } from "./expected-metrics.js";
import { fitIsotonic, isotonicValues } from "./isotonic.js";
import { fitPlatt, plattValues } from "./platt.js";

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

/** One metric, estimated without labels of the current rows. */
export interface EstimatedMetric {
  name: MetricName;
  /** On the labelled reference rows. */
  reference: number | null;
  estimated: number | null;
  /** Where the metric of these very rows lies, if labels still depend on scores as in the reference. */
  lower: number | null;
  upper: number | null;
  /** On the current rows with a label; null without any. */
  realised: number | null;
  /** estimated − reference. */
  change: MetricChange;
  /** realised − reference. */
  realisedChange: MetricChange;
}

/** A change with its normal interval by the bootstrap's standard error; nulls where a metric is not defined. */
export interface MetricChange {
  value: number | null;
  lower: number | null;
  upper: number | null;
  p: number | null;
}

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
    calibrated(o.calibration, labelled, truth, rows.scores, weights);
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
    metrics: METRICS.map((name) => {
      const each = (of: (replicate: Replicate) => Metrics | null) => replicates.map((r) => of(r)?.[name] ?? null);
      const excess = excessOf(
        plain[name],
        each(({ expected }) => expected),
      );
      const estimated = plain[name] === null ? null : unit(plain[name] - excess);
      const was = found[name];
      const now = realised?.[name] ?? null;
      return {
        name,
        reference: was,
        estimated,
        ...around(
          estimated,
          each(({ drawn }) => drawn),
          excess,
          o.alpha,
        ),
        realised: now,
        change: changeOf(
          estimated,
          was,
          each(({ change }) => change),
          o.alpha,
        ),
        realisedChange: changeOf(
          now,
          was,
          each((r) => r.realisedChange),
          o.alpha,
        ),
      };
    }),
  };
}

const unit = (value: number): number => Math.min(1, Math.max(0, value));

/** By how much replicates exceed on average what they are replicates of. */
function excessOf(value: number | null, replicates: readonly (number | null)[]): number {
  const known = defined(replicates);
  return value === null || known.length === 0 ? 0 : mean(known) - value;
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

/** Probabilities of ascending scores by the calibration of the reference. */
function calibrated(
  calibration: "isotonic" | "platt",
  reference: ScoredRows,
  truth: Float64Array,
  scores: Float64Array,
  weights?: Float64Array,
): Float64Array {
  if (calibration === "isotonic") return isotonicValues(fitIsotonic(reference.scores, truth, weights), scores);
  // Platt's curve is one of margins; the margin of a probability is its log-odds.
  const [least, most] = [reference.scores[0], reference.scores[reference.scores.length - 1]];
  const margins = least >= 0 && most <= 1 ? logOdds : (values: Float64Array): Float64Array => values;
  return plattValues(fitPlatt(margins(reference.scores), truth, weights), margins(scores));
}

/** Log-odds of probabilities, those near 0 and 1 as of one in a million. */
const logOdds = (scores: Float64Array): Float64Array =>
  scores.map((score) => {
    const p = Math.min(1 - 1e-6, Math.max(1e-6, score));
    return Math.log(p / (1 - p));
  });

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

/** How often each of n rows comes up in n draws. */
function drawnAgain(n: number, random: Random): Float64Array {
  const counts = new Float64Array(n);
  for (let i = 0; i < n; i++) counts[random.int(n)]++;
  return counts;
}

const defined = (values: readonly (number | null)[]): Float64Array => sortedFinite(values.map((v) => v ?? Number.NaN));

/**
 * Normal interval around an estimate, cut at 0 and 1, by the spread of replicates and by the bias that was taken off, which
 * is known no better than to its size.
 */
function around(estimated: number | null, replicates: readonly (number | null)[], excess: number, alpha: number) {
  const known = defined(replicates);
  if (estimated === null || known.length === 0) return { lower: null, upper: null };
  const half = twoSidedZ(1 - alpha) * Math.hypot(standardDeviation(known), excess);
  return { lower: unit(estimated - half), upper: unit(estimated + half) };
}

function changeOf(
  now: number | null,
  reference: number | null,
  replicates: readonly (number | null)[],
  alpha: number,
): MetricChange {
  const known = defined(replicates);
  if (now === null || reference === null || known.length === 0)
    return { value: null, lower: null, upper: null, p: null };
  const value = now - reference;
  const se = standardDeviation(known);
  const half = twoSidedZ(1 - alpha) * se;
  const p = se > 0 ? normalTwoSided(value / se) : Number(value === 0);
  return { value, lower: value - half, upper: value + half, p };
}
