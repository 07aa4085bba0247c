import { cramerVonMisesExactP } from "./cramer-von-mises-exact.js";
import { cramerVonMisesSf } from "./cramer-von-mises-limit.js";
import { type PooledSteps, stepsOf } from "./pooled-steps.js";

/** Samples up to this size have exact p-values, as in scipy. */
const EXACT_UP_TO = 20;

export interface CvmTest {
  /** n·m/(n + m)² times the sum of (F − G)² over all values. */
  statistic: number;
  p: number;
}

/**
 * Two-sample test of Cramér & von Mises (Anderson 1962) with midranks. The p-value is exact up to 20 values a side, and
 * that of the limit beyond, as scipy has it: below 1e-6 the latter only means "small". Also as in scipy, midranks make the
 * statistic too large where samples of unequal size have many ties; see {@link ks} for those.
 *
 * @param a finite values in any order; not changed
 * @param b the other sample
 * @throws InputError when a sample is empty or holds values that are not finite
 */
export function cvm(a: Float64Array, b: Float64Array): CvmTest {
  return cvmOfSteps(stepsOf(a, b));
}

/** {@link cvm} of pooled steps. */
export function cvmOfSteps(steps: PooledSteps): CvmTest {
  const { n, m, values, a, b } = steps;
  // Midranks would find a difference between equal constants, and rounding one between equal samples.
  const same = n === m && a.every((count, k) => count === b[k]);
  if (same || values.length === 1) return { statistic: 0, p: 1 };
  const sum = sumOfSquares(steps);
  const statistic = sum / (n * m * (n + m) ** 2);
  const exact = Math.max(n, m) <= EXACT_UP_TO;
  return { statistic, p: exact ? cramerVonMisesExactP(n, m, sum) : limitP(statistic, n, m) };
}

/**
 * Sum of (i·m − j·n)² over all places of the pooled order, i and j counting the values of each sample so far; equal values
 * go first sample first, and a term makes up for the midranks that they should have. So, unlike in Anderson's formula,
 * no large numbers cancel.
 */
function sumOfSquares({ n, m, values, a, b }: PooledSteps): number {
  let [sum, i, j] = [0, 0, 0];
  for (let k = 0; k < values.length; k++) {
    const [ofA, ofB] = [a[k] - i, b[k] - j];
    const before = i * m - j * n;
    const between = before + ofA * m;
    const midrank = (ofA + ofB + 1) / 2;
    sum += squares(before, m, ofA) + squares(between, -n, ofB);
    sum += (n + m) * (n * squares(midrank, -1, ofA) + m * squares(midrank, -1, ofB) - ofA * ofB * between);
    [i, j] = [a[k], b[k]];
  }
  return sum;
}

/** Sum of (start + s·step)² for s from 1 to a count. */
function squares(start: number, step: number, count: number): number {
  return count * ((start + (step * (count + 1)) / 2) ** 2 + (step ** 2 * (count ** 2 - 1)) / 12);
}

/** By the limit of one sample, with the mean and the variance of two (Anderson 1962, equations 11, 14 and 15). */
function limitP(statistic: number, n: number, m: number): number {
  const all = n + m;
  const mean = (1 + 1 / all) / 6;
  const variance = ((all + 1) * (4 * n * m * all - 3 * (n * n + m * m) - 2 * n * m)) / (180 * all * all * n * m);
  return cramerVonMisesSf(1 / 6 + (statistic - mean) / Math.sqrt(45 * variance));
}
