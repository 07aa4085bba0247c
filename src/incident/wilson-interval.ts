/** Two-sided 95% quantile of the standard normal distribution. */
const Z = 1.959963984540054;

/** A share of a count with its 95% interval; nulls of nothing. */
export interface Proportion {
  count: number;
  total: number;
  rate: number | null;
  low: number | null;
  high: number | null;
}

/** A change of a share with its 95% interval; nulls where a share is of nothing. */
export interface ProportionChange {
  delta: number | null;
  low: number | null;
  high: number | null;
}

/**
 * A share with Wilson's score interval at 95% (Wilson 1927), which holds for small counts and shares near 0 and 1.
 *
 * @example wilsonInterval(3, 10) // rate 0.3, low 0.108, high 0.603
 */
export function wilsonInterval(count: number, total: number): Proportion {
  if (total === 0) return { count, total, rate: null, low: null, high: null };
  const rate = count / total;
  const scale = 1 + Z ** 2 / total;
  const centre = (rate + Z ** 2 / (2 * total)) / scale;
  const half = (Z / scale) * Math.sqrt((rate * (1 - rate)) / total + Z ** 2 / (4 * total ** 2));
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
