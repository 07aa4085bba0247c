import { median } from "../core/statistics.js";
import { naiveScale } from "./metrics.js";

/** Errors of one series in its backtest: `errors[k][h]`, NaN where nothing was observed. */
export type BacktestErrors = readonly Float64Array[];

/** Size of a series' errors: one figure for its forecast, and one for each origin made without that origin. */
export interface ErrorScale {
  whole: number;
  byOrigin: number[];
}

/** Weight of the series' own backtest errors; the rest is its naive scale, which is steadier. */
const OWN_WEIGHT = 0.75;
/** Neither part may say "no error at all" while the other sees some. */
const FLOOR = 0.05;

function rootMeanSquare(errors: readonly Float64Array[]): number {
  let total = 0;
  let count = 0;
  for (const block of errors) {
    for (const e of block) {
      if (Number.isNaN(e)) continue;
      total += e * e;
      count++;
    }
  }
  return count ? Math.sqrt(total / count) : Number.NaN;
}

/**
 * Error scales s = m^0.75 · (r·q)^0.25 of all series: m the root mean square of the backtest errors (large ones decide
 * how wide a 95 % interval must be), q the naive scale at `seasons`,
 * r the median of m/q over the panel. A series without backtest takes r·q.
 *
 * @param histories values, for the naive scale
 * @param seasons season of each series' naive scale
 */
export function errorScales(
  backtests: readonly BacktestErrors[],
  histories: readonly Float64Array[],
  seasons: readonly number[],
): ErrorScale[] {
  const own = backtests.map(rootMeanSquare);
  const naive = histories.map((y, i) => seasonalScale(y, seasons[i]));
  const ratios = own.map((m, i) => m / naive[i]).filter((v) => Number.isFinite(v) && v > 0);
  const ratio = ratios.length ? median(ratios) : 1;
  const relative = median(own.map((m, i) => m / level(histories[i])).filter((v) => Number.isFinite(v)));
  return backtests.map((errors, i) => {
    const steady = Number.isNaN(naive[i]) ? Number.NaN : ratio * naive[i];
    // With one or two values there is no naive error either: the panel's error relative to its level stands in.
    const fallback = histories[i].length < 3 ? Math.max(steady || 0, (relative || 0) * level(histories[i])) : steady;
    const whole = blend(own[i], fallback);
    const byOrigin = errors.map((_, k) => {
      if (errors.length < 2) return whole;
      return blend(rootMeanSquare(errors.filter((_e, other) => other !== k)), steady);
    });
    return { whole, byOrigin };
  });
}

function blend(own: number, steady: number): number {
  if (Number.isNaN(own)) return Number.isNaN(steady) ? 0 : steady;
  if (Number.isNaN(steady)) return own;
  const m = Math.max(own, FLOOR * steady);
  const q = Math.max(steady, FLOOR * own);
  return m ** OWN_WEIGHT * q ** (1 - OWN_WEIGHT);
}

function seasonalScale(y: Float64Array, season: number): number {
  const scale = naiveScale(y, season);
  return Number.isNaN(scale) ? naiveScale(y, 1) : scale;
}

function level(y: Float64Array): number {
  let total = 0;
  for (const v of y) total += Math.abs(v);
  return total / y.length;
}
