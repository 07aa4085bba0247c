import { InputError } from "../../core/errors.js";
import { wilsonInterval } from "../../core/proportion-intervals.js";
import { quantileSorted, sortedFinite } from "../../core/statistics.js";

/** Scores of nearly equal value beside how often they came true. */
export interface CalibrationBin {
  n: number;
  meanScore: number;
  /** Share that came true, with Wilson's 95% interval. */
  observed: number;
  low: number;
  high: number;
}

export interface CalibrationCurve {
  /** Rows with a score. */
  n: number;
  /** By score, ascending. */
  bins: CalibrationBin[];
  /** Expected calibration error, Σ n/N·|observed − mean score|; null without rows. */
  ece: number | null;
}

export interface CalibrationOptions {
  /** Default 15. */
  bins?: number;
  /** Bins of equal mass (type-7 quantiles of the scores) or of equal width on 0 … 1. Default `mass`. */
  by?: "mass" | "width";
}

export const DEFAULT_CALIBRATION_OPTIONS = Object.freeze({ bins: 15, by: "mass" as "mass" | "width" });

/**
 * Reliability bins of a score, and its expected calibration error (Naeini, Cooper & Hauskrecht 2015). A score on an edge
 * belongs to the bin below, so equal scores are never parted, and empty bins are dropped, as scikit-learn's
 * `calibration_curve` does.
 *
 * @param scores probabilities in 0 … 1
 * @param came 1 where what was scored came true, else 0
 * @throws InputError for columns that are empty or of unequal length, a score outside of 0 … 1 or NaN, another label, and
 *   options out of range
 */
export function calibrationCurve(
  scores: ArrayLike<number>,
  came: ArrayLike<number>,
  options: CalibrationOptions = {},
): CalibrationCurve {
  checkScored(scores, came, options);
  return curveOfRows(scores, came, options);
}

/** Refuses what no calibration can be of. */
export function checkScored(scores: ArrayLike<number>, came: ArrayLike<number>, options: CalibrationOptions): void {
  const { bins, by } = { ...DEFAULT_CALIBRATION_OPTIONS, ...options };
  if (!(Number.isSafeInteger(bins) && bins >= 1)) {
    throw new InputError(`bins must be a whole number, 1 or more, got ${bins}`, { option: "bins" });
  }
  if (by !== "mass" && by !== "width") throw new InputError(`by must be mass or width, got ${by}`, { option: "by" });
  if (scores.length !== came.length) {
    throw new InputError(`${scores.length} scores and ${came.length} labels: there must be one label for each score`);
  }
  if (scores.length === 0) throw new InputError("there are no scores; calibration needs at least one");
  for (let row = 0; row < scores.length; row++) {
    if (!(scores[row] >= 0 && scores[row] <= 1)) {
      throw new InputError(`score ${row} is ${scores[row]}; it must lie in 0 … 1, so leave out rows without one`, {
        row,
      });
    }
    if (came[row] !== 0 && came[row] !== 1)
      throw new InputError(`label ${row} is ${came[row]}; it must be 0 or 1`, { row });
  }
}

/** {@link calibrationCurve} of checked rows, where NaN is a missing score; no rows make no bins. */
export function curveOfRows(
  scores: ArrayLike<number>,
  came: ArrayLike<number>,
  options: CalibrationOptions = {},
): CalibrationCurve {
  const { bins: count, by } = { ...DEFAULT_CALIBRATION_OPTIONS, ...options };
  const sorted = sortedFinite(scores);
  const n = sorted.length;
  if (n === 0) return { n, bins: [], ece: null };
  const edges = scoreEdges(sorted, count, by);
  const counts = new Float64Array(count);
  const hits = new Float64Array(count);
  for (let i = 0; i < scores.length; i++) {
    if (Number.isNaN(scores[i])) continue;
    const bin = scoreBin(edges, scores[i]);
    counts[bin]++;
    hits[bin] += came[i];
  }
  const bins: CalibrationBin[] = [];
  let ece = 0;
  let at = 0;
  for (let b = 0; b < count; b++) {
    if (counts[b] === 0) continue;
    // Summed in the order of the scores, so that the order of rows does not show.
    let total = 0;
    for (let k = 0; k < counts[b]; k++) total += sorted[at++];
    const meanScore = total / counts[b];
    const { rate, low, high } = wilsonInterval(hits[b], counts[b]);
    bins.push({ n: counts[b], meanScore, observed: rate!, low: low!, high: high! });
    ece += (counts[b] / n) * Math.abs(rate! - meanScore);
  }
  return { n, bins, ece };
}

/**
 * Expected calibration error of {@link calibrationCurve}.
 *
 * @throws InputError as it does
 */
export function ece(scores: ArrayLike<number>, came: ArrayLike<number>, options: CalibrationOptions = {}): number {
  return calibrationCurve(scores, came, options).ece as number;
}

/** Inner edges of bins of ascending scores. */
export function scoreEdges(sorted: ArrayLike<number>, count: number, by: "mass" | "width"): number[] {
  return Array.from({ length: count - 1 }, (_, b) =>
    by === "mass" ? quantileSorted(sorted, (b + 1) / count) : (b + 1) / count,
  );
}

/** First bin whose upper edge is not below the score. */
export function scoreBin(edges: readonly number[], score: number): number {
  const bin = edges.findIndex((edge) => edge >= score);
  return bin < 0 ? edges.length : bin;
}
