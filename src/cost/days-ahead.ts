import { quantileSorted } from "../core/statistics.js";
import { forecast } from "../forecast/index.js";

/** Complete days that a forecast needs. */
export const FEWEST_DAYS = 14;
const WEEK = 7;
const PATHS = 1000;
/** Past days from which the same span is forecast, to see how wide the interval must be. */
const ORIGINS = 6;

/** Expected sum of coming days; bounds by level in per cent. */
export interface SumForecast {
  mean: number;
  median: number;
  lo_80: number;
  hi_80: number;
  lo_95: number;
  hi_95: number;
}

/** Forecast of the sum of the days to come, with what checked it. */
export interface DaysAhead {
  sum: SumForecast;
  /** Share of paths whose sum is above an amount. */
  above(amount: number): number;
  /** Past days from which the same span was forecast, and the median miss as a share of the forecast; null: none. */
  backtest: { origins: number; typicalMiss: number | null };
  /** Factor that widened the interval; 1: none. */
  widened: number;
}

interface Sums {
  sorted: Float64Array;
  median: number;
}

function pathSums(y: Float64Array, horizon: number, seed: number): Sums {
  const season = y.length >= 3 * WEEK ? [WEEK] : [];
  const [{ paths }] = forecast([{ id: "cost", y }], { horizon, season, paths: PATHS, seed });
  const data = (paths as { data: Float64Array }).data;
  const sorted = Float64Array.from({ length: PATHS }, (_, p) => {
    let sum = 0;
    for (let h = 0; h < horizon; h++) sum += data[p * horizon + h];
    return sum;
  }).sort();
  return { sorted, median: quantileSorted(sorted, 0.5) };
}

/** What the same forecast missed of the true sums from earlier days, as shares of its median. */
function pastMisses(y: Float64Array, horizon: number, seed: number): number[] {
  const last = y.length - horizon;
  const room = last - FEWEST_DAYS;
  if (room < 0) return [];
  const origins = Math.min(ORIGINS, room + 1);
  const step = origins > 1 ? Math.max(1, Math.floor(Math.min(room, 3 * WEEK) / (origins - 1))) : 1;
  return Array.from({ length: origins }, (_, k) => last - k * step)
    .filter((origin) => origin >= FEWEST_DAYS)
    .flatMap((origin) => {
      const actual = y.subarray(origin, origin + horizon);
      if (actual.some(Number.isNaN)) return [];
      const { median } = pathSums(y.slice(0, origin), horizon, seed);
      const sum = actual.reduce((a, b) => a + b, 0);
      return median > 0 ? [Math.abs(sum - median) / median] : [];
    });
}

/**
 * Sum of the next days of a daily series, from sample paths of the forecast module (never from added quantiles). The
 * interval is widened by what the same forecast missed from earlier days of this series (split-conformal, at most
 * {@link ORIGINS} origins).
 *
 * @param y daily values, at least {@link FEWEST_DAYS}; NaN is missing
 * @param horizon days ahead, ≥ 1
 */
export function daysAhead(y: Float64Array, horizon: number, seed: number): DaysAhead {
  const { sorted, median } = pathSums(y, horizon, seed);
  const half = (quantileSorted(sorted, 0.9) - quantileSorted(sorted, 0.1)) / 2;
  const misses = pastMisses(y, horizon, seed).sort((a, b) => a - b);
  const rank = Math.min(misses.length, Math.ceil(0.8 * (misses.length + 1)));
  const widened = misses.length > 0 && half > 0 ? Math.max(1, (misses[rank - 1] * median) / half) : 1;
  const low = y.every((value) => !(value < 0)) ? 0 : Number.NEGATIVE_INFINITY;
  const wide = sorted.map((sum) => Math.max(low, median + widened * (sum - median)));
  const at = (p: number) => quantileSorted(wide, p);
  return {
    sum: {
      mean: wide.reduce((a, b) => a + b, 0) / wide.length,
      median: at(0.5),
      ...{ lo_80: at(0.1), hi_80: at(0.9), lo_95: at(0.025), hi_95: at(0.975) },
    },
    above: (amount) => wide.filter((sum) => sum > amount).length / wide.length,
    backtest: { origins: misses.length, typicalMiss: misses.length > 0 ? quantileSorted(misses, 0.5) : null },
    widened,
  };
}
