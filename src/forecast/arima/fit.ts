import { InputError } from "../../core/errors.js";
import { subtractRegression } from "./css.js";
import { difference, integrate } from "./difference.js";
import type { ArimaMethod } from "./estimate.js";
import { type Arma, expectedInnovations } from "./likelihood.js";
import { type ArimaOrders, correctedAic, longEnough, type Specification, specification } from "./orders.js";
import { armaAt, coefficientCount } from "./parameters.js";
import { expand } from "./polynomials.js";
import { noiseLikelihood, scaledRegression } from "./regression.js";

export interface ArimaOptions extends ArimaOrders {
  /** "css-ml" (default) ends with exact maximum likelihood, "css" at the conditional least squares. */
  method?: ArimaMethod;
  /** Columns of a regression of which the ARIMA process is the error, each as long as the series; none by default. */
  regressors?: readonly Float64Array[];
}

/** Signs as in R and statsmodels: w(t) = φ·w(t − 1) + e(t) + θ·e(t − 1). */
export interface ArimaCoefficients {
  ar: Float64Array;
  ma: Float64Array;
  seasonalAr: Float64Array;
  seasonalMa: Float64Array;
  /** Mean of the differenced series; 0 without a constant. */
  constant: number;
  regressors: Float64Array;
}

export interface ArimaFit {
  order: readonly [number, number, number];
  seasonal: { order: readonly [number, number, number]; period: number };
  hasConstant: boolean;
  coefficients: ArimaCoefficients;
  /** Maximum-likelihood variance of the innovations; 0 where the series follows the model without error. */
  sigma2: number;
  /** Exact Gaussian log-likelihood of the differenced series; where sigma2 is 0 Infinity, and the criteria −Infinity. */
  logLikelihood: number;
  aic: number;
  /** Infinity when there are too few values for the number of coefficients. */
  aicc: number;
  bic: number;
  /** Innovations of the differenced series given all its values, length n − d − D·period. */
  residuals: Float64Array;
  /**
   * Conditional means of the next `horizon` steps.
   *
   * @param future the regressors over these steps, needed when there are any
   */
  forecast(horizon: number, future?: readonly Float64Array[]): Float64Array;
}

/**
 * Fits an ARIMA model, a regression with ARIMA errors if regressors are given, by exact maximum likelihood (Box &
 * Jenkins 1976; Harvey 1989). Autoregression and moving average are kept stationary and invertible.
 *
 * @param y values, finite
 * @returns null when the series is too short for the orders, or the regressors are collinear after differencing
 * @throws InputError for orders that are not whole numbers ≥ 0 or regressors of another length
 */
export function fitArima(y: Float64Array, options: ArimaOptions): ArimaFit | null {
  const spec = specification(options);
  const { method = "css-ml", regressors = [] } = options;
  if (regressors.some((x) => x.length !== y.length))
    throw new InputError(`regressors must be as long as the series (${y.length})`);
  if (!longEnough(y.length, spec, regressors.length)) return null;
  const scaled = scaledRegression(y, spec.by, spec.constant, regressors);
  if (scaled === null) return withoutNoise(y, spec, regressors);
  const estimate = scaled.regression.estimate(spec.shape, method);
  return estimate && assembleFit(y, spec, regressors, armaAt(spec.shape, estimate.u), scaled.unscale(estimate.beta));
}

/**
 * The fit that given coefficients make; only sigma2 is estimated.
 *
 * @returns null when the autoregression is not stationary
 */
export function arimaAt(
  y: Float64Array,
  options: ArimaOrders & { regressors?: readonly Float64Array[] },
  given: ArimaCoefficients,
): ArimaFit | null {
  const spec = specification(options);
  const { period } = spec.shape;
  const arma = {
    ar: { short: given.ar, seasonal: given.seasonalAr, period },
    ma: { short: negated(given.ma), seasonal: negated(given.seasonalMa), period },
  };
  const beta = [...(spec.constant ? [given.constant] : []), ...given.regressors];
  return assembleFit(y, spec, options.regressors ?? [], arma, Float64Array.from(beta));
}

const negated = (x: Float64Array): Float64Array => x.map((v) => -v);

/** The fit of a series that is all constant after differencing. */
function withoutNoise(y: Float64Array, spec: Specification, regressors: readonly Float64Array[]): ArimaFit | null {
  const beta = new Float64Array(Number(spec.constant) + regressors.length);
  const w = difference(y, spec.by);
  if (spec.constant) beta[0] = w[0];
  return assembleFit(y, spec, regressors, armaAt(spec.shape, new Float64Array(coefficientCount(spec.shape))), beta);
}

/** Builds the fit at coefficients on the scale of y; `beta` holds the constant first if there is one. */
export function assembleFit(
  y: Float64Array,
  spec: Specification,
  regressors: readonly Float64Array[],
  arma: Arma,
  beta: Float64Array,
): ArimaFit | null {
  const { shape, by, constant } = spec;
  const slopes = beta.subarray(Number(constant));
  const level = constant ? beta[0] : 0;
  const errors = subtractRegression(y, regressors, slopes);
  const noise = difference(errors, by).map((v) => v - level);
  const likelihood = noiseLikelihood(noise, y, arma);
  const residuals = expectedInnovations(noise, arma);
  if (likelihood === null || residuals === null) return null;
  const { sigma2, logLikelihood } = likelihood;
  const parameters = coefficientCount(shape) + beta.length + 1;
  return {
    order: [shape.p, by.d, shape.q],
    seasonal: { order: [shape.P, by.D, shape.Q], period: shape.period },
    hasConstant: constant,
    coefficients: {
      ar: arma.ar.short,
      ma: negated(arma.ma.short),
      seasonalAr: arma.ar.seasonal,
      seasonalMa: negated(arma.ma.seasonal),
      constant: level,
      regressors: slopes,
    },
    sigma2,
    logLikelihood,
    aic: -2 * logLikelihood + 2 * parameters,
    aicc: correctedAic(logLikelihood, parameters, noise.length),
    bic: -2 * logLikelihood + Math.log(noise.length) * parameters,
    residuals,
    forecast(horizon, future = []) {
      if (future.length !== regressors.length || future.some((x) => x.length < horizon))
        throw new InputError(`a forecast needs ${regressors.length} regressors over ${horizon} steps`);
      const steps = continueArma(noise, residuals, arma, horizon).map((v) => v + level);
      return subtractRegression(integrate(errors, steps, by), future, negated(slopes));
    },
  };
}

/** Conditional means of an ARMA process beyond its last value. */
function continueArma(w: Float64Array, innovations: Float64Array, { ar, ma }: Arma, horizon: number): Float64Array {
  const [phi, theta] = [expand(ar), expand(ma)];
  const n = w.length;
  const all = new Float64Array(n + horizon);
  all.set(w);
  for (let t = n; t < n + horizon; t++) {
    let value = 0;
    for (let k = 1; k < phi.length; k++) if (phi[k] !== 0) value += phi[k] * all[t - k];
    for (let k = t - n + 1; k < theta.length; k++) if (theta[k] !== 0) value -= theta[k] * innovations[t - k];
    all[t] = value;
  }
  return all.slice(n);
}
