import { normalTwoSided, twoSidedZ } from "../../core/distributions.js";
import { createRandom, type Random } from "../../core/random.js";
import { mean, standardDeviation } from "../../core/statistics.js";
import { shuffleStart } from "../choose-rows.js";
import { drawnAgain, type MetricChange } from "./bootstrap-metric.js";
import { DEFAULT_CALIBRATION_OPTIONS, scoreEdges } from "./calibration-curve.js";
import { DEFAULT_CBPE_OPTIONS } from "./cbpe.js";

/** Scores from 0 to 1, none missing, and 1 where what was scored came true, else 0. */
export interface ScoredTruth {
  scores: Float64Array;
  came: Float64Array;
}

export interface CalibrationChangeOptions {
  /** Choices of rows, and bootstrap replicates; default 200. */
  replicates?: number;
  /** Intervals have level 1 − alpha. */
  alpha?: number;
  seed?: number;
}

export const CALIBRATION_METRICS = ["ece", "brier"] as const;

/**
 * By how much the calibration error and the Brier score of scores changed, with normal intervals and p-values.
 *
 * A sample's expected calibration error (bins of equal mass) is too large by chance, the more so the fewer its rows. So that
 * of the side with more rows is the mean of random choices of as many as the other side has. Standard errors are those of
 * samples drawn again. The Brier score is a mean of rows.
 *
 * @returns nulls where a side has no rows
 */
export function calibrationChange(
  before: ScoredTruth,
  after: ScoredTruth,
  options: CalibrationChangeOptions = {},
): Record<(typeof CALIBRATION_METRICS)[number], MetricChange> {
  const o = { ...DEFAULT_CBPE_OPTIONS, ...options };
  const random = createRandom(o.seed).child("calibration");
  const sides = [before, after].map(inOrder);
  if (sides.some(({ scores }) => scores.length === 0)) {
    const unknown = { value: null, lower: null, upper: null, p: null };
    return { ece: unknown, brier: unknown };
  }
  const rows = Math.min(...sides.map(({ scores }) => scores.length));
  const eces = sides.map((side, i) => calibrationError(side, rows, o.replicates, random.child(i)));
  return { ece: changeOf(eces, o.alpha), brier: changeOf(sides.map(brierScore), o.alpha) };
}

/** An estimate and its standard error. */
interface Estimate {
  value: number;
  error: number;
}

/** By all there is of a row, so that the order of rows does not show in what is drawn. */
function inOrder({ scores, came }: ScoredTruth): ScoredTruth {
  const order = Int32Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b] || came[a] - came[b]);
  return { scores: Float64Array.from(order, (i) => scores[i]), came: Float64Array.from(order, (i) => came[i]) };
}

/** @param rows of how many the estimate is: all, or fewer */
function calibrationError(side: ScoredTruth, rows: number, replicates: number, random: Random): Estimate {
  const n = side.scores.length;
  const every = Int32Array.from({ length: n }, (_, i) => i);
  const repeated = (draw: () => number): Float64Array => Float64Array.from({ length: replicates }, draw);
  const chosen = (): number => {
    shuffleStart(every, rows, random);
    return eceOf(side, every.subarray(0, rows).toSorted());
  };
  const value = rows === n ? eceOf(side, every) : mean(repeated(chosen));
  const again = repeated(() => eceOf(side, repeatedRows(drawnAgain(n, random))));
  return { value, error: standardDeviation(again) };
}

/** Each row as often as its count says, ascending. */
function repeatedRows(counts: Float64Array): Int32Array {
  const rows = new Int32Array(counts.length);
  for (let row = 0, end = 0; row < counts.length; row++) {
    for (let left = counts[row]; left > 0; left--) rows[end++] = row;
  }
  return rows;
}

/** Of some rows in the order of their scores. */
function eceOf({ scores, came }: ScoredTruth, rows: Int32Array): number {
  const chosen = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) chosen[i] = scores[rows[i]];
  const { bins, by } = DEFAULT_CALIBRATION_OPTIONS;
  const edges = scoreEdges(chosen, bins, by);
  const sums = new Float64Array(bins);
  for (let i = 0, bin = 0; i < rows.length; i++) {
    while (bin < edges.length && chosen[i] > edges[bin]) bin++;
    sums[bin] += chosen[i] - came[rows[i]];
  }
  return sums.reduce((sum, one) => sum + Math.abs(one), 0) / rows.length;
}

function brierScore({ scores, came }: ScoredTruth): Estimate {
  const squares = scores.map((score, i) => (score - came[i]) ** 2);
  return { value: mean(squares), error: standardDeviation(squares) / Math.sqrt(squares.length) };
}

function changeOf([before, after]: readonly Estimate[], alpha: number): MetricChange {
  const value = after.value - before.value;
  const error = Math.hypot(before.error, after.error);
  const half = twoSidedZ(1 - alpha) * error;
  const p = error > 0 ? normalTwoSided(value / error) : Number(value === 0);
  return { value, lower: value - half, upper: value + half, p };
}
