import { mean } from "../../core/statistics.js";
import { seasonalStrength } from "../decompose/seasonal-strength.js";
import { stl } from "../decompose/stl.js";
import { type Differencing, difference } from "./difference.js";

/** Critical value of the KPSS statistic for a level at 5 % (Kwiatkowski et al. 1992, table 1). */
const CRITICAL_LEVEL = 0.463;
const MOST_DIFFERENCES = 2;

/**
 * Statistic of Kwiatkowski, Phillips, Schmidt & Shin (1992) against a constant level, with ⌊3·√n / 13⌋ lags in the
 * long-run variance (Bartlett weights). Large values speak against stationarity; 0 for a constant series.
 */
export function kpss(y: Float64Array): number {
  const n = y.length;
  const centre = mean(y);
  const e = y.map((v) => v - centre);
  const lags = Math.floor((3 * Math.sqrt(n)) / 13);
  let partial = 0;
  let squares = 0;
  for (const v of e) {
    partial += v;
    squares += partial * partial;
  }
  let variance = 0;
  for (let lag = 0; lag <= lags; lag++) {
    let sum = 0;
    for (let t = lag; t < n; t++) sum += e[t] * e[t - lag];
    variance += (lag === 0 ? 1 : 2 * (1 - lag / (lags + 1))) * sum;
  }
  return variance > 0 ? squares / (n * variance) : 0;
}

/** Differences, at most two, until the KPSS test at 5 % no longer speaks against a constant level. */
export function countDifferences(y: Float64Array): number {
  let x = y;
  for (let d = 0; d < MOST_DIFFERENCES; d++) {
    if (isConstant(x) || !(kpss(x) > CRITICAL_LEVEL)) return d;
    x = difference(x, { d: 1, D: 0, period: 1 });
  }
  return MOST_DIFFERENCES;
}

/** Whether a series varies by no more than rounding. */
function isConstant(x: Float64Array): boolean {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const v of x) {
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  return !(high - low > 64 * Number.EPSILON * Math.max(Math.abs(low), Math.abs(high)));
}

/** Seasonal window of the decomposition, the first of R's and statsforecast's MSTL. */
const SEASONAL_WINDOW = 11;
const STRONG = 0.64;

/**
 * Seasonal differences (0 or 1): one where a decomposition by STL finds a seasonal strength above 0.64 (Wang, Smith &
 * Hyndman 2006), none for a series of two periods or less.
 */
export function countSeasonalDifferences(y: Float64Array, period: number): number {
  if (period < 2 || y.length <= 2 * period || isConstant(y)) return 0;
  const { seasonal, remainder } = stl(y, period, { seasonal: { window: SEASONAL_WINDOW, degree: 0 } });
  return seasonalStrength(seasonal, remainder) > STRONG ? 1 : 0;
}

/** A seasonal difference first where one is due, then differences of what it leaves. */
export function chooseDifferences(y: Float64Array, period: number): Differencing {
  const D = countSeasonalDifferences(y, period);
  return { d: countDifferences(difference(y, { d: 0, D, period })), D, period };
}
