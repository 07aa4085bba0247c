import { type PooledSteps, stepsOf } from "./pooled-steps.js";

/**
 * Least-squares parabola of ln p over the critical values of two samples (Scholz & Stephens 1987, table 2, with their b0 +
 * b1 + b2), highest power first.
 */
const LOG_P = [0.018198094574111257, -1.0082265644652506, -1.0777702798204873] as const;
const LEAST_P = 0.001;
const MOST_P = 0.25;
const LEAST_CRITICAL = 0.325;
const MOST_CRITICAL = 6.546;

/** Nulls where all values are equal, or there are fewer than four. */
export interface AndersonTest {
  /** Less its mean 1, over its standard deviation, both of samples that do not differ; so below 0 for much alike ones. */
  statistic: number | null;
  /** Between 0.001 and 0.25, the ends of the table. */
  p: number | null;
}

/**
 * Anderson-Darling test of two samples with midranks (Scholz & Stephens 1987, equation 7): weighs the tails more than
 * {@link ks} does.
 *
 * @param a finite values in any order; not changed
 * @param b the other sample
 * @throws InputError when a sample is empty or holds values that are not finite
 */
export function anderson(a: Float64Array, b: Float64Array): AndersonTest {
  return andersonOfSteps(stepsOf(a, b));
}

/** {@link anderson} of pooled steps. */
export function andersonOfSteps({ n, m, values, a, b }: PooledSteps): AndersonTest {
  const all = n + m;
  if (values.length === 1 || all < 4) return { statistic: null, p: null };
  let [sum, i, j] = [0, 0, 0];
  for (let k = 0; k < values.length; k++) {
    const size = a[k] - i + b[k] - j;
    const middle = (i + a[k] + j + b[k]) / 2;
    const apart = ((i + a[k]) * m - (j + b[k]) * n) / 2;
    sum += (size * apart * apart) / (middle * (all - middle) - (all * size) / 4);
    [i, j] = [a[k], b[k]];
  }
  const squared = (sum * (all - 1)) / (all * n * m);
  const statistic = (squared - 1) / Math.sqrt(varianceUnderNull(n, m));
  return { statistic, p: pValue(statistic) };
}

/** Variance of the statistic of two samples from one distribution (Scholz & Stephens 1987, equation 4). */
function varianceUnderNull(n: number, m: number): number {
  const all = n + m;
  const inverse = 1 / n + 1 / m;
  let [h, g] = [0, 0];
  for (let i = all - 1; i > 1; i--) {
    h += 1 / i;
    g += h / (all - i + 1);
  }
  h += 1;
  const a = 4 * g - 6 + (10 - 6 * g) * inverse;
  const b = 12 * g - 22 + 8 * h + (2 * g - 14 * h - 4) * inverse;
  const c = 36 * h + 4 + (2 * h - 6) * inverse;
  return (((a * all + b) * all + c) * all + 24) / ((all - 1) * (all - 2) * (all - 3));
}

function pValue(statistic: number): number {
  if (statistic < LEAST_CRITICAL) return MOST_P;
  if (statistic > MOST_CRITICAL) return LEAST_P;
  return Math.exp((LOG_P[0] * statistic + LOG_P[1]) * statistic + LOG_P[2]);
}
