import { InputError } from "../core/errors.js";
import { type CalibrationCurve, curveOfRows } from "../drift/model/calibration-curve.js";
import { type CodedPairs, type ConfusionDelta, confusionDelta } from "../drift/model/confusion-delta.js";
import type { FirstBad, SliceTable } from "./types.js";

/** Predictions of a model with their truth, one entry of every column a prediction. */
export interface SampleTable {
  /** Epoch milliseconds. */
  times: Float64Array;
  labels: readonly string[];
  preds: readonly string[];
  /** Probabilities in 0 … 1; NaN is missing. Left out: no calibration. */
  scores?: Float64Array;
  /** Slice columns, coded as those of a slice table. */
  dimensions: SliceTable["dimensions"];
}

export interface ModelProbeOptions {
  /** The failing slice; conditions on columns that the samples lack are left out. Default: all samples. */
  where?: Readonly<Record<string, string>>;
}

export const DEFAULT_MODEL_PROBE_OPTIONS: Readonly<Required<ModelProbeOptions>> = Object.freeze({
  where: Object.freeze({}),
});

/** Calibration before and during the incident. */
export interface CalibrationDelta {
  /** What the score is the probability of: that the prediction is right, or that the label is the class named here. */
  event: "correct" | { label: string };
  before: CalibrationCurve;
  after: CalibrationCurve;
  /** Change of the expected calibration error; null when a period has no scores. */
  eceDelta: number | null;
}

/** What changed in a model's predictions on a slice. */
export interface ModelProbes {
  /** The conditions that were used. */
  where: Record<string, string>;
  /** Samples of the slice before and during the incident. */
  before: number;
  after: number;
  confusion: ConfusionDelta;
  calibration: CalibrationDelta | null;
}

/**
 * What changed in a model's predictions on the failing slice from before the incident to during it: confusion matrix,
 * precision and recall by class (Wilson intervals, changes with Newcombe's), and calibration in 15 bins of equal mass.
 *
 * `scores` are probabilities that the prediction is right. With two classes they may be those of one class instead, which
 * shows in predictions scored below ½: that class is the one whose predictions have the higher mean score.
 *
 * @throws InputError for columns of different length, and for a score outside 0 … 1
 * @example
 * const [worst] = searchSlices(table, bad);
 * modelProbes(samples, bad, { where: worst?.where }).confusion.accuracy.change.delta; // -0.12
 */
export function modelProbes(samples: SampleTable, bad: FirstBad, options: ModelProbeOptions = {}): ModelProbes {
  checkSamples(samples);
  const wanted = { ...DEFAULT_MODEL_PROBE_OPTIONS, ...options }.where;
  const conditions = samples.dimensions.filter(({ name }) => Object.hasOwn(wanted, name));
  const matches = conditions.map(({ name, codes, values }) => ({ codes, code: values.indexOf(wanted[name]) }));
  const inSlice = (i: number): boolean => matches.every(({ codes, code }) => codes[i] === code && code >= 0);
  const end = bad.recovered?.time ?? Number.POSITIVE_INFINITY;
  const [before, after]: [number[], number[]] = [[], []];
  for (let i = 0; i < samples.times.length; i++) {
    if (!inSlice(i)) continue;
    if (samples.times[i] < bad.timeLow) before.push(i);
    else if (samples.times[i] >= bad.time && samples.times[i] < end) after.push(i);
  }
  const names = classNames(samples);
  const codes = new Map(names.map((name, c) => [name, c]));
  const coded = (rows: readonly number[]): CodedPairs => ({
    labels: rows.map((i) => codes.get(samples.labels[i])!),
    preds: rows.map((i) => codes.get(samples.preds[i])!),
  });
  return {
    where: Object.fromEntries(conditions.map(({ name }) => [name, wanted[name]])),
    before: before.length,
    after: after.length,
    confusion: confusionDelta(names, coded(before), coded(after)),
    calibration: samples.scores ? calibrationDelta(samples, samples.scores, names, before, after) : null,
  };
}

function checkSamples({ times, labels, preds, scores, dimensions }: SampleTable): void {
  const columns = { labels, preds, scores, ...Object.fromEntries(dimensions.map(({ name, codes }) => [name, codes])) };
  for (const [name, column] of Object.entries(columns)) {
    if (column && column.length !== times.length) {
      throw new InputError(
        `samples: column ${name} has ${column.length} rows and times ${times.length}; give every sample one`,
      );
    }
  }
  const row = scores?.findIndex((score) => score < 0 || score > 1) ?? -1;
  if (row >= 0) {
    throw new InputError(
      `samples: row ${row}: score is ${scores?.[row]}; it must lie in 0 … 1, or leave the column out`,
      { row },
    );
  }
}

/** All labels and predictions: as numbers when all are, else as text. */
function classNames({ labels, preds }: SampleTable): string[] {
  const names = [...new Set([...labels, ...preds])];
  const numeric = names.every((name) => name.trim() !== "" && Number.isFinite(Number(name)));
  return names.sort((a, b) => (numeric ? Number(a) - Number(b) : 0) || (a < b ? -1 : 1));
}

function calibrationDelta(
  { labels, preds }: SampleTable,
  scores: Float64Array,
  names: readonly string[],
  before: readonly number[],
  after: readonly number[],
): CalibrationDelta | null {
  if (scores.every(Number.isNaN)) return null;
  const positive = scoredClass(preds, scores, names);
  const came = (i: number): number => Number(labels[i] === (positive ?? preds[i]));
  const curve = (rows: readonly number[]): CalibrationCurve =>
    curveOfRows(
      rows.map((i) => scores[i]),
      rows.map(came),
    );
  const [was, is] = [curve(before), curve(after)];
  return {
    event: positive === null ? "correct" : { label: positive },
    before: was,
    after: is,
    eceDelta: was.ece === null || is.ece === null ? null : is.ece - was.ece,
  };
}

/** The class that scores are the probability of; null when they are of the prediction, whichever it is. */
function scoredClass(preds: readonly string[], scores: Float64Array, names: readonly string[]): string | null {
  if (names.length !== 2 || !scores.some((score) => score < 0.5)) return null;
  const [first, second] = names.map((name) => {
    const own = scores.filter((score, i) => preds[i] === name && !Number.isNaN(score)).sort();
    return own.reduce((sum, score) => sum + score, 0) / own.length;
  });
  return first > second ? names[0] : names[1];
}
