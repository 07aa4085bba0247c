import { fitIsotonic, isotonicValues } from "./isotonic.js";
import { fitPlatt, plattValues } from "./platt.js";

/**
 * Probabilities of ascending scores by the calibration of the reference.
 *
 * @param reference scores, ascending
 * @param truth 0 or 1, by row of the reference
 * @param weights of the reference's rows
 */
export function calibrated(
  calibration: "isotonic" | "platt",
  reference: Float64Array,
  truth: Float64Array,
  scores: Float64Array,
  weights?: Float64Array,
): Float64Array {
  if (calibration === "isotonic") return isotonicValues(fitIsotonic(reference, truth, weights), scores);
  // Platt's curve is one of margins; the margin of a probability is its log-odds.
  const [least, most] = [reference[0], reference[reference.length - 1]];
  const margins = least >= 0 && most <= 1 ? logOdds : (values: Float64Array): Float64Array => values;
  return plattValues(fitPlatt(margins(reference), truth, weights), margins(scores));
}

/** Log-odds of probabilities, those near 0 and 1 as of one in a million. */
const logOdds = (scores: Float64Array): Float64Array =>
  scores.map((score) => {
    const p = Math.min(1 - 1e-6, Math.max(1e-6, score));
    return Math.log(p / (1 - p));
  });
