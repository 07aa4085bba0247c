import { studentTwoSided } from "../core/distributions.js";
import { type Moments, momentsOfSorted } from "./moments.js";
import { sortedSample } from "./sorted-sample.js";

/** Nulls where there is no answer: see {@link welchFromMoments}. */
export interface WelchTest {
  /** Mean of the first less mean of the second, over the standard error. */
  statistic: number | null;
  /** Two-sided. */
  p: number | null;
  dof: number | null;
}

/**
 * Welch's (1947) t-test of equal means without equal variances, two-sided.
 *
 * @param a finite values in any order; not changed
 * @param b the other sample
 * @throws InputError when a sample is empty or holds values that are not finite
 */
export function welch(a: Float64Array, b: Float64Array): WelchTest {
  return welchFromMoments(momentsOfSorted(sortedSample(a)), momentsOfSorted(sortedSample(b)));
}

/**
 * {@link welch} of moments. A sample of one value has no variance (NaN), and values beyond 1e154 an infinite one: all are
 * null. Two constant samples have statistic 0 and p 1 when equal, statistic null (beyond any number) and p 0 when not.
 */
export function welchFromMoments(a: Moments, b: Moments): WelchTest {
  if (!Number.isFinite(a.variance + b.variance)) return { statistic: null, p: null, dof: null };
  const ofA = a.variance / a.n;
  const ofB = b.variance / b.n;
  const difference = a.mean - b.mean;
  if (ofA + ofB === 0) {
    return difference === 0 ? { statistic: 0, p: 1, dof: null } : { statistic: null, p: 0, dof: null };
  }
  const statistic = difference / Math.sqrt(ofA + ofB);
  const dof = (ofA + ofB) ** 2 / (ofA ** 2 / (a.n - 1) + ofB ** 2 / (b.n - 1));
  return { statistic, p: studentTwoSided(statistic, dof), dof };
}
