/** Two-sided 95% quantile of the standard normal distribution. */
export const Z95 = 1.959963984540054;

/** A share of a count with its interval; nulls of nothing. */
export interface Proportion {
  count: number;
  total: number;
  rate: number | null;
  low: number | null;
  high: number | null;
}

/** A change of a share with its interval; nulls where a share is of nothing. */
export interface ProportionChange {
  delta: number | null;
  low: number | null;
  high: number | null;
}

/**
 * A share with Wilson's score interval (Wilson 1927), which holds for small counts and shares near 0 and 1.
 *
 * @param z two-sided quantile of the standard normal distribution; default that of 95%
 * @example wilsonInterval(3, 10) // rate 0.3, low 0.108, high 0.603
 */
export function wilsonInterval(count: number, total: number, z = Z95): Proportion {
  if (total === 0) return { count, total, rate: null, low: null, high: null };
  const rate = count / total;
  const scale = 1 + z ** 2 / total;
  const centre = (rate + z ** 2 / (2 * total)) / scale;
  const half = (z / scale) * Math.sqrt((rate * (1 - rate)) / total + z ** 2 / (4 * total ** 2));
  // At the ends the limit is exact, and not off by the last digit.
  const low = count === 0 ? 0 : centre - half;
  const high = count === total ? 1 : centre + half;
  return { count, total, rate, low, high };
}

/** after − before of two independent shares, with Newcombe's interval (1998, method 10) from their Wilson intervals. */
export function proportionChange(before: Proportion, after: Proportion): ProportionChange {
  if (before.total === 0 || after.total === 0) return { delta: null, low: null, high: null };
  const delta = after.rate! - before.rate!;
  return {
    delta,
    low: delta - Math.hypot(after.rate! - after.low!, before.high! - before.rate!),
    high: delta + Math.hypot(after.high! - after.rate!, before.rate! - before.low!),
  };
}
