import type { EtsForm, EtsParameters, EtsState } from "./types.js";

/** What one pass over a series gives. */
export interface EtsPass {
  fitted: Float64Array;
  /** y − fitted. */
  residuals: Float64Array;
  final: EtsState;
}

/**
 * Runs the recursions (Hyndman, Koehler, Ord & Snyder 2008, tables 2.2 and 2.3) over a series.
 *
 * The form's error changes nothing here: additive and multiplicative errors share their point forecasts.
 *
 * @param initial states before the first value; with a season `initial.season.length` is its period
 * @returns null where the form has no meaning: a non-positive forecast under a multiplicative error, a non-positive
 *   level or season under a multiplicative season, or values that overflow
 */
export function runEts(y: Float64Array, form: EtsForm, parameters: EtsParameters, initial: EtsState): EtsPass | null {
  const n = y.length;
  const fitted = new Float64Array(n);
  const residuals = new Float64Array(n);
  const { alpha, beta, gamma, phi } = parameters;
  const period = initial.season.length;
  const season = Float64Array.from(initial.season);
  let { level, trend } = initial;
  let lowest = Number.POSITIVE_INFINITY;
  for (let t = 0, slot = 0; t < n; t++) {
    const base = level + phi * trend;
    let error: number;
    if (form.season === "M") {
      const s = season[slot];
      if (!(base > 0) || !(s > 0)) return null;
      fitted[t] = base * s;
      error = (y[t] - fitted[t]) / s;
      season[slot] = s + (gamma * (y[t] - fitted[t])) / base;
    } else {
      fitted[t] = form.season === "A" ? base + season[slot] : base;
      error = y[t] - fitted[t];
      if (form.season === "A") season[slot] += gamma * error;
    }
    residuals[t] = y[t] - fitted[t];
    level = base + alpha * error;
    trend = phi * trend + beta * error;
    if (fitted[t] < lowest) lowest = fitted[t];
    if (++slot >= period) slot = 0;
  }
  if (!Number.isFinite(level + trend) || (form.error === "M" && !(lowest > 0))) return null;
  return { fitted, residuals, final: { level, trend, season: rotate(season, n) } };
}

/** The states in the order in which they come after `n` steps. */
function rotate(season: Float64Array, n: number): Float64Array {
  return season.map((_, j) => season[(n + j) % season.length]);
}

/** Point forecasts from the states after the last value. */
export function forecastEts(form: EtsForm, phi: number, final: EtsState, horizon: number): Float64Array {
  const out = new Float64Array(horizon);
  let base = final.level;
  let slope = final.trend;
  for (let h = 0; h < horizon; h++) {
    slope *= phi;
    base += slope;
    const s = form.season === "N" ? 0 : final.season[h % final.season.length];
    out[h] = form.season === "M" ? base * s : base + s;
  }
  return out;
}
