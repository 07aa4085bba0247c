import { normalTwoSided } from "../core/distributions.js";
import { InputError } from "../core/errors.js";

/** So many of so many. */
export interface CountOf {
  count: number;
  total: number;
}

export interface ProportionsZ {
  /** Above 0 where the first share is the larger one. */
  statistic: number;
  p: number;
}

/**
 * z-test of two equal proportions with the pooled variance, two-sided.
 *
 * @returns shares that are both 0 or both 1 give statistic 0, p 1
 * @throws InputError when a total is 0 or a count lies outside 0 to its total
 * @example z({ count: 12, total: 200 }, { count: 24, total: 200 }) // { statistic: -2.096…, p: 0.036… }
 */
export function z(a: CountOf, b: CountOf): ProportionsZ {
  for (const { count, total } of [a, b]) {
    if (!(total > 0 && count >= 0 && count <= total)) {
      throw new InputError(`a share must be of at least one row and at most all, got ${count} of ${total}`);
    }
  }
  const pooled = (a.count + b.count) / (a.total + b.total);
  const variance = pooled * (1 - pooled) * (1 / a.total + 1 / b.total);
  const statistic = variance === 0 ? 0 : (a.count / a.total - b.count / b.total) / Math.sqrt(variance);
  return { statistic, p: normalTwoSided(statistic) };
}
