import { chiSquareSf } from "../../core/distributions.js";

/** p below which a split of units counts as wrong: a mismatch is a fault of the experiment, so false alarms must be rare. */
const MISMATCH_BELOW = 0.001;

/** Whether units were split between the arms as planned. */
export interface SampleRatio {
  p: number;
  /** p below 0.001: the arms are not comparable, whatever their difference. */
  flag: boolean;
}

/**
 * Chi-square test (one degree of freedom, uncorrected) of a sample ratio mismatch.
 *
 * @param shareA planned share of arm a, default 0.5
 * @example sampleRatio(5000, 5200) // p 0.0477, no flag
 */
export function sampleRatio(nA: number, nB: number, shareA = 0.5): SampleRatio {
  const n = nA + nB;
  const off = nA - n * shareA;
  const p = chiSquareSf(off ** 2 / (n * shareA * (1 - shareA)), 1);
  return { p, flag: p < MISMATCH_BELOW };
}
