import { mean } from "../../core/statistics.js";

/** A series without its season, and how to put the season back. */
export interface Deseasonalised {
  kind: "none" | "additive" | "multiplicative";
  adjusted: Float64Array;
  /** Index by phase: `index[t % season]` belongs to step t; empty for "none". */
  index: Float64Array;
}

/** Two-sided 10 % of the normal distribution, as in the M competitions. */
const CRITICAL = 1.6448536269514722;
/** A multiplicative index below this would blow up the adjusted series. */
const SMALLEST_FACTOR = 0.01;

/**
 * Takes the season out as in the M competitions: where the autocorrelation at the season's lag is significant at 90 %,
 * by classical decomposition; multiplicative for positive series unless an index is below 0.01, else additive.
 *
 * @param y finite values
 * @param season season length; below 4, or with fewer than two seasons of data, nothing is taken out
 */
export function deseasonalise(y: Float64Array, season: number): Deseasonalised {
  if (season < 4 || y.length < 2 * season || !isSeasonal(y, season))
    return { kind: "none", adjusted: y, index: new Float64Array(0) };
  if (y.every((v) => v > 0)) {
    const index = seasonalIndex(y, season, (v, trend) => v / trend);
    const level = mean(index);
    const factors = index.map((v) => v / level);
    if (factors.every((f) => f >= SMALLEST_FACTOR))
      return { kind: "multiplicative", adjusted: y.map((v, t) => v / factors[t % season]), index: factors };
  }
  const index = seasonalIndex(y, season, (v, trend) => v - trend);
  const level = mean(index);
  const offsets = index.map((v) => v - level);
  return { kind: "additive", adjusted: y.map((v, t) => v - offsets[t % season]), index: offsets };
}

/** Puts the season back on a forecast that starts at step `from` of the series. */
export function reseasonalise(forecast: Float64Array, { kind, index }: Deseasonalised, from: number): Float64Array {
  if (kind === "none") return forecast;
  const season = index.length;
  return forecast.map((v, h) => {
    const s = index[(from + h) % season];
    return kind === "additive" ? v + s : v * s;
  });
}

/** Whether the autocorrelation at the season's lag exceeds its Bartlett bound. */
function isSeasonal(y: Float64Array, season: number): boolean {
  const n = y.length;
  const centre = mean(y);
  const x = y.map((v) => v - centre);
  const product = (lag: number): number => {
    let sum = 0;
    for (let t = lag; t < n; t++) sum += x[t] * x[t - lag];
    return sum;
  };
  const variance = product(0);
  if (!(variance > 0)) return false;
  let squares = 0;
  for (let lag = 1; lag < season; lag++) squares += (product(lag) / variance) ** 2;
  return Math.abs(product(season) / variance) > CRITICAL * Math.sqrt((1 + 2 * squares) / n);
}

/** Mean of the detrended values by phase; the trend is a centred moving average over one season. */
function seasonalIndex(
  y: Float64Array,
  season: number,
  detrend: (value: number, trend: number) => number,
): Float64Array {
  const half = Math.floor(season / 2);
  const sums = new Float64Array(season);
  const counts = new Float64Array(season);
  for (let t = half; t + half < y.length; t++) {
    let total = 0;
    for (let k = t - half; k <= t + half; k++) total += y[k];
    // Of an even season the two outermost values are the same phase and count half each.
    if (season % 2 === 0) total -= (y[t - half] + y[t + half]) / 2;
    sums[t % season] += detrend(y[t], total / season);
    counts[t % season]++;
  }
  return sums.map((sum, phase) => sum / counts[phase]);
}
