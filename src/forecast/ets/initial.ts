import { mean } from "../../core/statistics.js";
import type { EtsForm, EtsState } from "./types.js";

/** Cycles at the start of a series that its seasonal states are guessed from. */
const CYCLES = 4;
/** Steps that level and slope are guessed from, if the season is not longer. */
const LEAST_STEPS = 10;

/** Least-squares line through the first `count` values: `at(t)` for t = 1 at the first value. */
function firstLine(y: Float64Array, count: number): { intercept: number; slope: number } {
  const centre = (count + 1) / 2;
  const level = mean(y.subarray(0, count));
  let products = 0;
  let squares = 0;
  for (let t = 1; t <= count; t++) {
    products += (t - centre) * (y[t - 1] - level);
    squares += (t - centre) ** 2;
  }
  const slope = squares > 0 ? products / squares : 0;
  return { intercept: level - slope * centre, slope };
}

/** Mean deviation (ratio) of each phase from the line through the first cycles, adding up to 0 (averaging 1). */
function firstSeason(y: Float64Array, form: EtsForm, period: number): Float64Array {
  const count = period * Math.max(1, Math.min(CYCLES, Math.floor(y.length / period)));
  const { intercept, slope } = firstLine(y, count);
  const steep = intercept + slope <= 0 || intercept + count * slope <= 0;
  const level = mean(y.subarray(0, count));
  const season = new Float64Array(period);
  for (let t = 0; t < count; t++) {
    const line = form.season === "M" && steep ? level : intercept + slope * (t + 1);
    season[t % period] += ((form.season === "M" ? y[t] / line : y[t] - line) * period) / count;
  }
  const centre = mean(season);
  return season.map((s) => (form.season === "M" ? s / centre : s - centre));
}

/**
 * States to start a search from: seasonal means of the first cycles around a line, then level and slope by regression
 * on the first seasonally adjusted values (after Hyndman et al. 2008, section 2.6.1).
 *
 * @param period 1 without a season
 */
export function initialStates(y: Float64Array, form: EtsForm, period: number): EtsState {
  const season = form.season === "N" ? new Float64Array(0) : firstSeason(y, form, period);
  const count = Math.min(y.length, Math.max(LEAST_STEPS, 2 * period));
  const adjusted = y.slice(0, count).map((v, t) => {
    if (form.season === "N") return v;
    return form.season === "M" ? v / season[t % period] : v - season[t % period];
  });
  if (form.trend === "N") return { level: mean(adjusted), trend: 0, season };
  const { intercept, slope } = firstLine(adjusted, count);
  // A line that starts below zero has no meaning in a multiplicative form.
  const forbidden = (form.error === "M" || form.season === "M") && !(intercept > 0 && intercept + count * slope > 0);
  return forbidden ? { level: mean(adjusted), trend: 0, season } : { level: intercept, trend: slope, season };
}
