import { InputError } from "../../core/errors.js";
import { subtractRegression } from "./css.js";
import type { Differencing } from "./difference.js";
import { type ArimaFit, fitArima } from "./fit.js";
import { Judge, type Judged } from "./judge.js";
import type { ArimaOrders, Specification } from "./orders.js";
import { carryOver } from "./parameters.js";
import { type Candidate, type SearchBounds, stepwiseSearch } from "./stepwise.js";
import { chooseDifferences } from "./unit-roots.js";

/** Above this length, or with a longer period, models are compared at their conditional least squares. */
const LONG = 150;
const LONG_PERIOD = 12;
/** No root comes nearer to the unit circle. */
const LEAST_ROOT = 1.01;
/** Candidates of an approximate search that are refitted exactly: the best few, this near to the best in AICc. */
const REFITTED = 4;
const REFIT_RANGE = 6;

/**
 * Chooses the orders of an ARIMA model and fits it (Hyndman & Khandakar 2008): a seasonal difference where the season is
 * strong, differences by successive KPSS tests, the rest by a stepwise search for the least AICc with p, q ≤ 5, P, Q ≤ 2
 * and at most 7 coefficients. Where auto.arima rejects models with a root near to the unit circle, roots are here kept
 * outside a circle of radius 1.01 (those of seasonal factors in Bˢ), so that no model is lost.
 *
 * Long series are searched with estimates by conditional least squares, compared by the exact likelihood there; the
 * best few are then refitted by exact maximum likelihood.
 *
 * @param y values, finite
 * @param period steps per season; 1 for none
 * @param regressors columns of a regression of which the ARIMA process is the error, each as long as the series
 * @returns null when the series is shorter than any model needs, or the regressors are collinear after differencing
 * @throws InputError when the period is not a whole number ≥ 1
 */
export function selectArima(
  y: Float64Array,
  period: number,
  regressors: readonly Float64Array[] = [],
): ArimaFit | null {
  if (!Number.isInteger(period) || period < 1)
    throw new InputError(`a seasonal period must be a whole number ≥ 1, got ${period}`, { period });
  const level = withoutRegression(y, { order: [0, 0, 0] }, regressors);
  if (level === null) return null;
  const by = chooseDifferences(level, period);
  // The search works on the series less a first estimate of its regression; the final fit estimates both together.
  const noise = withoutRegression(y, { order: [1, by.d, 1], seasonal: seasonal(0, by, by.D) }, regressors);
  if (noise === null) return null;
  const search = new Judge(noise, by);
  if (!search.varies) return fitPlain(y, by, true, regressors);
  const approximate = y.length > LONG || period > LONG_PERIOD;
  const judged = searchOrders(search, by, boundsFor(y.length, by), approximate);
  const final = regressors.length > 0 ? new Judge(y, by, regressors) : search;
  const [best] = approximate || final !== search ? refitBest(final, judged) : judged;
  return (best ? final.fit(best) : null) ?? fitPlain(y, by, by.d + by.D < 2, regressors);
}

function searchOrders(judge: Judge, by: Differencing, bounds: SearchBounds, approximate: boolean): Judged[] {
  const judged = new Map<Candidate, Judged>();
  stepwiseSearch(bounds, (candidate, incumbent) => {
    const { constant, ...orders } = candidate;
    const spec: Specification = { shape: { ...orders, period: by.period, leastRoot: LEAST_ROOT }, by, constant };
    const near = incumbent && judged.get(incumbent);
    const start = near ? carryOver(near.estimate.u, near.spec.shape, spec.shape) : undefined;
    const result = judge.judge(spec, approximate ? "css" : "css-ml", start);
    if (result === null) return Number.POSITIVE_INFINITY;
    judged.set(candidate, result);
    return result.aicc;
  });
  return [...judged.values()].sort(byAicc);
}

/** Exact refits of the best candidates; of the next ones while none can be estimated. */
function refitBest(judge: Judge, judged: readonly Judged[]): Judged[] {
  const refitted: Judged[] = [];
  for (const [rank, { spec, estimate, aicc }] of judged.entries()) {
    const near = rank < REFITTED && aicc <= judged[0].aicc + REFIT_RANGE;
    if (!near && refitted.length > 0) break;
    const result = judge.judge(spec, "css-ml", estimate.u);
    if (result !== null) refitted.push(result);
  }
  return refitted.sort(byAicc);
}

const byAicc = (a: Judged, b: Judged): number => a.aicc - b.aicc;

/** Bounds of auto.arima: orders short of a season and of a third of the series. */
function boundsFor(n: number, { d, D, period }: Differencing): SearchBounds {
  const short = Math.min(5, Math.floor(n / 3), period > 1 ? period - 1 : 5);
  const seasonal = period > 1 ? Math.min(2, Math.floor(n / 3 / period)) : 0;
  return { p: short, q: short, P: seasonal, Q: seasonal, constant: d + D < 2 };
}

function fitPlain(
  y: Float64Array,
  by: Differencing,
  constant: boolean,
  regressors: readonly Float64Array[],
): ArimaFit | null {
  return fitArima(y, { order: [0, by.d, 0], seasonal: seasonal(0, by, 0), constant, regressors });
}

/** The series less its regression, estimated with errors of these orders. */
function withoutRegression(
  y: Float64Array,
  orders: ArimaOrders,
  regressors: readonly Float64Array[],
): Float64Array | null {
  if (regressors.length === 0) return y;
  const fit = fitArima(y, { ...orders, regressors });
  return fit && subtractRegression(y, regressors, fit.coefficients.regressors);
}

const seasonal = (P: number, { D, period }: Differencing, Q: number): ArimaOrders["seasonal"] =>
  P + D + Q > 0 ? { order: [P, D, Q], period } : undefined;
