import { type Moments, momentsOfSorted } from "./moments.js";
import { type PooledSteps, pooledSteps } from "./pooled-steps.js";
import { sortedSample } from "./sorted-sample.js";

export interface WassersteinDistance {
  /** In the units of the values. */
  value: number;
  /** In standard deviations of the reference (that divide by n); null where the reference is constant. */
  normed: number | null;
}

/**
 * First Wasserstein distance, the integral of |F − G|: how far values must be moved on average.
 *
 * @param reference finite values in any order; not changed
 * @param current the other sample
 * @throws InputError when a sample is empty or holds values that are not finite
 * @example wasserstein(Float64Array.of(1, 3), Float64Array.of(2, 4)) // { value: 1, normed: 1 }
 */
export function wasserstein(reference: Float64Array, current: Float64Array): WassersteinDistance {
  const sorted = sortedSample(reference);
  return wassersteinOfSteps(pooledSteps(sorted, sortedSample(current)), momentsOfSorted(sorted));
}

/** {@link wasserstein} of pooled steps and the moments of the reference. */
export function wassersteinOfSteps({ n, m, values, a, b }: PooledSteps, reference: Moments): WassersteinDistance {
  let value = 0;
  for (let k = 1; k < values.length; k++) {
    value += Math.abs(a[k - 1] / n - b[k - 1] / m) * (values[k] - values[k - 1]);
  }
  const deviation = Math.sqrt((reference.variance * (n - 1)) / n);
  return { value, normed: deviation > 0 && deviation < Number.POSITIVE_INFINITY ? value / deviation : null };
}
