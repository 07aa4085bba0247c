import type { SmoothingName } from "./region.js";
import type { EtsForm, EtsParameters, EtsState } from "./types.js";

/** What the one-step forecasts are differentiated by: a column for each, in this order. */
export interface Sources {
  /** The first so many seasonal states. */
  seasons: number;
  smoothing: readonly SmoothingName[];
  level: boolean;
  trend: boolean;
}

/**
 * Derivatives of the one-step forecasts, by forward differentiation of the recursions.
 *
 * @param out `out[c * n + t]` on return: derivative of step t's forecast by source c
 * @returns the one-step forecasts
 */
export function differentiateEts(
  y: Float64Array,
  form: EtsForm,
  { alpha, beta, gamma, phi }: EtsParameters,
  initial: EtsState,
  sources: Sources,
  out: Float64Array,
): Float64Array {
  const n = y.length;
  const period = Math.max(1, initial.season.length);
  const { seasons, smoothing } = sources;
  const [atAlpha, atBeta, atGamma, atPhi] = (["alpha", "beta", "gamma", "phi"] as const).map((name) =>
    smoothing.includes(name) ? seasons + smoothing.indexOf(name) : -1,
  );
  let columns = seasons + smoothing.length;
  const atLevel = sources.level ? columns++ : -1;
  const atTrend = sources.trend ? columns++ : -1;
  const dLevel = new Float64Array(columns);
  const dTrend = new Float64Array(columns);
  const dSeason = new Float64Array(period * columns);
  if (atLevel >= 0) dLevel[atLevel] = 1;
  if (atTrend >= 0) dTrend[atTrend] = 1;
  for (let j = 0; j < seasons; j++) dSeason[j * columns + j] = 1;

  const fits = new Float64Array(n);
  const season = initial.season.length ? Float64Array.from(initial.season) : Float64Array.of(0);
  const multiplicative = form.season === "M";
  let { level, trend } = initial;
  for (let t = 0, slot = 0; t < n; t++) {
    const base = level + phi * trend;
    const s = season[slot];
    const fitted = multiplicative ? base * s : base + s;
    fits[t] = fitted;
    const error = y[t] - fitted;
    const intoLevel = multiplicative ? error / s : error;
    const intoSeason = multiplicative ? error / base : error;
    const row = slot * columns;
    // The derivative by phi of phi·trend; phi is never near 0 when it is free.
    if (atPhi >= 0) dTrend[atPhi] += trend / phi;
    if (multiplicative) {
      for (let c = 0; c < columns; c++) {
        const damped = phi * dTrend[c];
        const dBase = dLevel[c] + damped;
        const ds = dSeason[row + c];
        const dFitted = dBase * s + base * ds;
        const dInto = -(dFitted + intoLevel * ds) / s;
        out[c * n + t] = dFitted;
        dLevel[c] = dBase + alpha * dInto;
        dTrend[c] = damped + beta * dInto;
        dSeason[row + c] = ds - (gamma * (dFitted + intoSeason * dBase)) / base;
      }
    } else {
      for (let c = 0; c < columns; c++) {
        const damped = phi * dTrend[c];
        const dBase = dLevel[c] + damped;
        const dFitted = dBase + dSeason[row + c];
        out[c * n + t] = dFitted;
        dLevel[c] = dBase - alpha * dFitted;
        dTrend[c] = damped - beta * dFitted;
        dSeason[row + c] -= gamma * dFitted;
      }
    }
    if (atAlpha >= 0) dLevel[atAlpha] += intoLevel;
    if (atBeta >= 0) dTrend[atBeta] += intoLevel;
    if (atGamma >= 0) dSeason[row + atGamma] += intoSeason;
    level = base + alpha * intoLevel;
    trend = phi * trend + beta * intoLevel;
    season[slot] = form.season === "N" ? 0 : s + gamma * intoSeason;
    if (++slot >= period) slot = 0;
  }
  return fits;
}
