import { type PooledSteps, stepsOf } from "./pooled-steps.js";

/**
 * Energy distance (Székely & Rizzo 2013) as scipy has it: √(2 ∫ (F − G)²), in roots of the units of the values.
 *
 * @param a finite values in any order; not changed
 * @param b the other sample
 * @throws InputError when a sample is empty or holds values that are not finite
 */
export function energy(a: Float64Array, b: Float64Array): { value: number } {
  return energyOfSteps(stepsOf(a, b));
}

/** {@link energy} of pooled steps. */
export function energyOfSteps({ n, m, values, a, b }: PooledSteps): { value: number } {
  let integral = 0;
  for (let k = 1; k < values.length; k++) {
    integral += (a[k - 1] / n - b[k - 1] / m) ** 2 * (values[k] - values[k - 1]);
  }
  return { value: Math.sqrt(2 * integral) };
}
