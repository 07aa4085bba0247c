import type { PooledSteps } from "../pooled-steps.js";
import type { NumericSample } from "../types.js";
import { numericPoints } from "./numeric-points.js";
import type { SketchSample } from "./sketch-sample.js";
import { weightedSteps } from "./weighted-steps.js";

/** Kolmogorov-Smirnov distance of two sides of which at least one may be a sketch. */
export interface SketchedKs {
  d: number;
  /** By how much d may be wrong, up or down: the sum of both sides' rank errors, each with confidence 99 %. */
  error: number;
  /** Values of the two sides. */
  n: number;
  m: number;
}

/**
 * The distance of two samples from whatever is known of them. It is off by at most `error`, so an interval is to be
 * widened by that at both ends, and a p-value is that of `max(0, d − error)` with all n and m values: as long as the rank
 * errors hold it is no smaller than the p-value of the samples themselves.
 */
export function ksFromSketches(
  reference: NumericSample | SketchSample,
  current: NumericSample | SketchSample,
): SketchedKs {
  const [before, after] = [numericPoints(reference), numericPoints(current)];
  return ksOfSteps(weightedSteps(before, after), before.error + after.error);
}

/** {@link ksFromSketches} of both distribution functions. */
export function ksOfSteps({ n, m, values, a, b }: PooledSteps, error: number): SketchedKs {
  let d = 0;
  for (let k = 0; k < values.length; k++) d = Math.max(d, Math.abs(a[k] * m - b[k] * n));
  return { d: d / (n * m), error, n, m };
}
