import { normalCdf } from "../core/distributions.js";
import { type PooledSteps, stepsOf } from "./pooled-steps.js";

export interface MannWhitneyTest {
  /** U of the first sample: pairs of values where it is the larger one, ties counted as half. */
  statistic: number;
  p: number;
}

/**
 * Test of Mann & Whitney (1947), two-sided, by the normal distribution corrected for ties and for continuity.
 *
 * @param a finite values in any order; not changed
 * @param b the other sample
 * @throws InputError when a sample is empty or holds values that are not finite
 */
export function mannwhitney(a: Float64Array, b: Float64Array): MannWhitneyTest {
  return mannWhitneyOfSteps(stepsOf(a, b));
}

/** {@link mannwhitney} of pooled steps. */
export function mannWhitneyOfSteps({ n, m, values, a, b }: PooledSteps): MannWhitneyTest {
  let [statistic, ties, i, j] = [0, 0, 0, 0];
  for (let k = 0; k < values.length; k++) {
    const [ofA, ofB] = [a[k] - i, b[k] - j];
    statistic += ofA * (j + ofB / 2);
    const size = ofA + ofB;
    ties += (size * size - 1) * size;
    [i, j] = [a[k], b[k]];
  }
  const all = n + m;
  const deviation = Math.sqrt(((n * m) / 12) * (all + 1 - ties / (all * (all - 1))));
  // Where all values are equal nothing is off.
  const z = (Math.abs(statistic - (n * m) / 2) - 0.5) / deviation;
  return { statistic, p: values.length === 1 ? 1 : Math.min(1, 2 * normalCdf(-z)) };
}
