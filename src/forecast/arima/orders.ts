import { InputError } from "../../core/errors.js";
import type { Differencing } from "./difference.js";
import { type ArmaShape, coefficientCount, reach } from "./parameters.js";

/** Which model: ARIMA(p, d, q)(P, D, Q)[period], with or without a constant. */
export interface ArimaOrders {
  /** p, d, q. */
  order: readonly [number, number, number];
  /** P, D, Q at multiples of the period; none by default. */
  seasonal?: { order: readonly [number, number, number]; period: number };
  /** A mean of the differenced series (with one difference: a drift); by default only where nothing is differenced. */
  constant?: boolean;
}

/** The same orders sorted by what they act on. */
export interface Specification {
  shape: ArmaShape;
  by: Differencing;
  constant: boolean;
}

const NO_SEASON = { order: [0, 0, 0], period: 1 } as const;

/** @throws InputError for orders that are not whole numbers ≥ 0 or a period that is not one ≥ 2 */
export function specification({ order, seasonal = NO_SEASON, constant }: ArimaOrders): Specification {
  const [p, d, q] = order;
  const [P, D, Q] = seasonal.order;
  const { period } = seasonal;
  if (![p, d, q, P, D, Q].every((v) => Number.isInteger(v) && v >= 0))
    throw new InputError(`orders must be whole numbers ≥ 0, got (${order})(${seasonal.order})`);
  if (!Number.isInteger(period) || period < (P + D + Q > 0 ? 2 : 1))
    throw new InputError(`a seasonal period must be a whole number ≥ 2, got ${period}`, { period });
  return { shape: { p, q, P, Q, period, leastRoot: 1 }, by: { d, D, period }, constant: constant ?? d + D === 0 };
}

/** Whether a series of n values leaves more of them than coefficients and covers what the model looks back. */
export function longEnough(n: number, { shape, by, constant }: Specification, regressors: number): boolean {
  const values = n - by.d - by.D * by.period;
  const { ar, ma } = reach(shape);
  return values >= Math.max(ar, ma) && values > coefficientCount(shape) + Number(constant) + regressors + 1;
}

/** Akaike's criterion, corrected for short series (Hurvich & Tsai 1989); Infinity where the correction has no value. */
export function correctedAic(logLikelihood: number, parameters: number, n: number): number {
  const left = n - parameters - 1;
  if (left <= 0) return Number.POSITIVE_INFINITY;
  return -2 * logLikelihood + 2 * parameters + (2 * parameters * (parameters + 1)) / left;
}
