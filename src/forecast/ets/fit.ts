import { InputError } from "../../core/errors.js";
import { sumOfSquares } from "./problem.js";
import { type EtsPass, forecastEts, runEts } from "./recursion.js";
import { EtsRegion, smoothingNames } from "./region.js";
import { type EtsPoint, searchEts } from "./search.js";
import type { EtsFit, EtsForm, EtsOptions, EtsParameters, EtsState } from "./types.js";

/** Residuals below this share of the largest value are rounding: the fit is exact. */
const EXACT = 1e-10;

/**
 * Fits one exponential smoothing model by maximum likelihood (Hyndman, Koehler, Ord & Snyder 2008): smoothing
 * parameters and initial states together.
 *
 * @param y finite values
 * @returns null when the series is too short for the form (n − k − 1 < 1 with k parameters), or no parameters are valid
 * @throws InputError for a period or parameter outside its range, or a multiplicative part on values ≤ 0
 */
export function fitEts(y: Float64Array, options: EtsOptions): EtsFit | null {
  return fitFrom(y, options, [], true);
}

/** {@link fitEts} that starts from `near`, too; see {@link searchEts}. */
export function fitFrom(
  y: Float64Array,
  options: EtsOptions,
  near: readonly EtsPoint[],
  thorough: boolean,
): EtsFit | null {
  const { error, trend, season, bounds = "both" } = options;
  const form: EtsForm = { error, trend, season };
  const period = season === "N" ? 1 : (options.period ?? 1);
  const fixed = fixedParameters(options);
  check(y, form, period, fixed);
  const count = parameterCount(form, period, fixed);
  if (y.length - count - 1 < 1) return null;
  const point = searchEts(y, form, period, new EtsRegion(form, period, bounds, fixed), near, thorough);
  const pass = point && runEts(y, form, point.parameters, point.initial);
  return pass && describe({ y, form, period, ...point, pass, count });
}

/** Smoothing parameters to be estimated, free initial states and the error variance. */
export function parameterCount(form: EtsForm, period: number, fixed: Partial<EtsParameters> = {}): number {
  const smoothing = smoothingNames(form).filter((name) => fixed[name] === undefined).length;
  return smoothing + (form.trend === "N" ? 0 : 1) + (form.season === "N" ? 1 : period) + 1;
}

function fixedParameters(options: EtsOptions): Partial<EtsParameters> {
  const held = smoothingNames(options).filter((name) => options[name] !== undefined);
  return Object.fromEntries(held.map((name) => [name, options[name]]));
}

function check(y: Float64Array, form: EtsForm, period: number, fixed: Partial<EtsParameters>): void {
  if (form.season !== "N" && !(Number.isInteger(period) && period >= 2)) {
    throw new InputError(`a seasonal model needs a period of whole steps, at least 2; got ${period}`, { period });
  }
  for (const [name, value] of Object.entries(fixed)) {
    const [low, high] = name === "phi" ? [0, 1] : [0, 2];
    if (!(value >= low && value <= high)) {
      throw new InputError(`${name} must lie in [${low}, ${high}], got ${value}`, { option: name });
    }
  }
  if (!y.every(Number.isFinite)) throw new InputError("values must be finite; fill the gaps first");
  if ((form.error === "M" || form.season === "M") && y.some((v) => v <= 0)) {
    throw new InputError("multiplicative errors and seasons need positive values; use additive ones");
  }
}

function describe(found: {
  y: Float64Array;
  form: EtsForm;
  period: number;
  parameters: EtsParameters;
  initial: EtsState;
  pass: EtsPass;
  count: number;
}): EtsFit {
  const { y, form, period, parameters, initial, pass, count } = found;
  const { fitted, residuals, final } = pass;
  const n = y.length;
  const largest = y.reduce((most, v) => Math.max(most, Math.abs(v)), Number.MIN_VALUE);
  // In units of the largest value, so that no square over- or underflows.
  const units = { fitted: fitted.map((f) => f / largest), residuals: residuals.map((r) => r / largest), final };
  const squares = Math.max(sumOfSquares(form, units), n * EXACT ** 2);
  const logLikelihood = (-n / 2) * (Math.log(squares) + 2 * Math.log(largest));
  const aic = 2 * (count - logLikelihood);
  return {
    form,
    period,
    parameters,
    initial,
    final,
    logLikelihood,
    parameterCount: count,
    aic,
    aicc: aic + (2 * count * (count + 1)) / (n - count - 1),
    bic: count * Math.log(n) - 2 * logLikelihood,
    fitted,
    residuals,
    innovations: form.error === "M" ? residuals.map((r, t) => r / fitted[t]) : residuals,
    forecast: (horizon) => forecastEts(form, parameters.phi, final, horizon),
  };
}
