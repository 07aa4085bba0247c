import { wilsonInterval } from "../core/proportion-intervals.js";
import { quantileSorted, sortedFinite } from "../core/statistics.js";

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

/** Bins of a calibration curve. */
const BINS = 15;

/**
 * Calibration curve in 15 bins of equal mass, and its expected calibration error (Naeini, Cooper & Hauskrecht 2015). Edges
 * are type-7 quantiles of the scores; a score on an edge belongs to the bin below, so equal scores are never parted, and
 * bins that ties leave empty are dropped, as scikit-learn's `calibration_curve(strategy="quantile")` does.
 *
 * @param scores probabilities in 0 … 1; NaN is missing
 * @param came 1 where what was scored came true, else 0
 */
export function calibrationCurve(scores: ArrayLike<number>, came: ArrayLike<number>): CalibrationCurve {
  const sorted = sortedFinite(scores);
  const n = sorted.length;
  if (n === 0) return { n, bins: [], ece: null };
  const edges = Array.from({ length: BINS - 1 }, (_, b) => quantileSorted(sorted, (b + 1) / BINS));
  const counts = new Float64Array(BINS);
  const hits = new Float64Array(BINS);
  for (let i = 0; i < scores.length; i++) {
    if (Number.isNaN(scores[i])) continue;
    const bin = binOf(edges, scores[i]);
    counts[bin]++;
    hits[bin] += came[i];
  }
  const bins: CalibrationBin[] = [];
  let ece = 0;
  let at = 0;
  for (let b = 0; b < BINS; b++) {
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

/** First bin whose upper edge is not below the score. */
function binOf(edges: readonly number[], score: number): number {
  const bin = edges.findIndex((edge) => edge >= score);
  return bin < 0 ? edges.length : bin;
}
