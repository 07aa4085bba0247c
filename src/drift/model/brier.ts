import {
  type CalibrationOptions,
  checkScored,
  DEFAULT_CALIBRATION_OPTIONS,
  scoreBin,
  scoreEdges,
} from "./calibration-curve.js";

/** Brier score and its parts: score = reliability − resolution + uncertainty + within, but for rounding. */
export interface Brier {
  /** Rows with a score. */
  n: number;
  /** Mean of (score − came)²; null without rows, as all parts are. */
  score: number | null;
  /** Mean squared distance of the mean score of a bin from how often it came true; 0 is best. */
  reliability: number | null;
  /** Mean squared distance of how often bins came true from the overall share; more is better. */
  resolution: number | null;
  /** Variance of what came true, which no score can change. */
  uncertainty: number | null;
  /** What the scores' spread inside of bins adds; 0 where all scores of a bin are equal. */
  within: number | null;
}

/**
 * Brier score with Murphy's decomposition (1973) over bins of the score. Binned scores leave a rest, the variance within
 * bins less twice the covariance with what came true (Stephenson, Coelho & Jolliffe 2008), which is `within`.
 *
 * @param scores probabilities in 0 … 1
 * @param came 1 where what was scored came true, else 0
 * @throws InputError as `calibrationCurve` does
 */
export function brier(scores: ArrayLike<number>, came: ArrayLike<number>, options: CalibrationOptions = {}): Brier {
  checkScored(scores, came, options);
  return brierOfRows(scores, came, options);
}

/** {@link brier} of checked rows, where NaN is a missing score. */
export function brierOfRows(scores: ArrayLike<number>, came: ArrayLike<number>, options: CalibrationOptions): Brier {
  const { bins: count, by } = { ...DEFAULT_CALIBRATION_OPTIONS, ...options };
  const rows = Array.from({ length: scores.length }, (_, i) => i).filter((i) => !Number.isNaN(scores[i]));
  // In the order of scores and outcomes, so that the order of rows does not show.
  rows.sort((a, b) => scores[a] - scores[b] || came[a] - came[b]);
  const n = rows.length;
  if (n === 0) return { n, score: null, reliability: null, resolution: null, uncertainty: null, within: null };
  const sorted = rows.map((i) => scores[i]);
  const edges = scoreEdges(sorted, count, by);
  const bins = Array.from({ length: count }, () => [] as number[]);
  for (const i of rows) bins[scoreBin(edges, scores[i])].push(i);
  const base = rows.reduce((sum, i) => sum + came[i], 0) / n;
  const parts = { score: 0, reliability: 0, resolution: 0, within: 0 };
  for (const bin of bins.filter(({ length }) => length > 0)) {
    const forecast = bin.reduce((sum, i) => sum + scores[i], 0) / bin.length;
    const observed = bin.reduce((sum, i) => sum + came[i], 0) / bin.length;
    parts.reliability += (bin.length / n) * (forecast - observed) ** 2;
    parts.resolution += (bin.length / n) * (observed - base) ** 2;
    for (const i of bin) {
      const off = scores[i] - forecast;
      parts.score += (scores[i] - came[i]) ** 2 / n;
      parts.within += (off ** 2 - 2 * off * (came[i] - observed)) / n;
    }
  }
  return { n, uncertainty: base * (1 - base), ...parts };
}
