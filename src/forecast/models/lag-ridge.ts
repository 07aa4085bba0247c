import { NumericalError } from "../../core/errors.js";
import { mean, standardDeviation } from "../../core/statistics.js";
import { denseLags, longSeasonLags, sparseLags } from "../lags.js";
import type { Model, ModelSetting } from "../model.js";
import { fitLagRidge, forecastRecursively } from "../ridge.js";

/** One way of setting up the lag regression. */
interface Variant {
  name: string;
  log: boolean;
  /** Difference at this lag before the regression; 0 is none, "season" the shortest season. */
  difference: 0 | 1 | "season";
  lags(setting: ModelSetting): readonly number[];
  /** Longest lag as a share of the series' length. */
  longestLag: number;
  lambda: number;
  huberRounds: number;
  /** Fourier pairs for each season. */
  fourierPairs: number;
}

/** Training rows wanted per coefficient; longer lags are dropped until there are as many. */
const ROWS_PER_COEFFICIENT = 4;

/** log(max(y, floor)), floor = half the smallest positive value; null when logs may not be taken. */
export function logOrNull(y: Float64Array): Float64Array | null {
  let smallest = Number.POSITIVE_INFINITY;
  for (const v of y) {
    if (v < 0) return null;
    if (v > 0 && v < smallest) smallest = v;
  }
  if (!Number.isFinite(smallest)) return null;
  const floor = smallest / 2;
  return y.map((v) => Math.log(Math.max(v, floor)));
}

/** Sine and cosine columns; each is periodic, so one cycle of them is computed and repeated. */
function fourier(seasons: readonly number[], pairs: number, length: number): Float64Array[] {
  const columns: Float64Array[] = [];
  for (const season of seasons) {
    for (let k = 1; k <= Math.min(pairs, Math.floor((season - 1) / 2)); k++) {
      for (const wave of [Math.sin, Math.cos]) {
        const cycle = Float64Array.from({ length: season }, (_, t) => wave((2 * Math.PI * k * t) / season));
        const column = new Float64Array(length);
        for (let t = 0, phase = 0; t < length; t++) {
          column[t] = cycle[phase];
          phase = phase + 1 === season ? 0 : phase + 1;
        }
        columns.push(column);
      }
    }
  }
  return columns;
}

/** Lags that leave enough training rows. */
function usableLags(lags: readonly number[], n: number, share: number, extra: number): readonly number[] {
  let count = lags.length;
  while (count > 0 && (lags[count - 1] >= share * n || n - lags[count - 1] < ROWS_PER_COEFFICIENT * (count + extra)))
    count--;
  return lags.slice(0, count);
}

function forecastVariant(y: Float64Array, setting: ModelSetting, variant: Variant): Float64Array | null {
  const { horizon, seasons } = setting;
  const values = variant.log ? logOrNull(y) : y;
  if (values === null) return null;
  const centre = mean(values);
  const spread = standardDeviation(values);
  if (!(spread > 1e-12 * Math.max(1, Math.abs(centre)))) return new Float64Array(horizon).fill(y[y.length - 1]);
  const z = values.map((v) => (v - centre) / spread);
  const lag = variant.difference === "season" ? (seasons[0] ?? 0) : variant.difference;
  if (variant.difference === "season" && lag === 0) return null;
  const x = lag === 0 ? z : z.subarray(lag).map((v, t) => v - z[t]);
  const regressors = fourier(seasons, variant.fourierPairs, x.length + horizon);
  const pastRegressors = regressors.map((r) => r.subarray(0, x.length));
  const lags = usableLags(variant.lags(setting), x.length, variant.longestLag, pastRegressors.length + 1);
  if (lags.length === 0) return null;
  const futureRegressors = regressors.map((r) => r.subarray(x.length));

  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const v of z) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  const clip = (v: number) => Math.min(high + 1, Math.max(low - 1, v));
  const level = new Float64Array(lag + horizon);
  level.set(z.subarray(z.length - lag));
  try {
    const fit = fitLagRidge(x, lags, pastRegressors, variant);
    forecastRecursively(x, fit, horizon, futureRegressors, (value, h) => {
      // Clipped on the undifferenced scale, and the clipped step is what the recursion goes on with.
      level[lag + h] = clip(lag === 0 ? value : value + level[h]);
      return lag === 0 ? level[h] : level[lag + h] - level[h];
    });
  } catch (error) {
    if (error instanceof NumericalError) return null;
    throw error;
  }
  return level.subarray(lag).map((v) => {
    const value = centre + spread * v;
    return variant.log ? Math.exp(value) : value;
  });
}

type Shape = Omit<Variant, "log">;

const SHORT_SEASONS: readonly Shape[] = [
  {
    name: "sparse_huber",
    difference: 0,
    lags: (s) => sparseLags(s.seasons),
    longestLag: 0.7,
    lambda: 1e-3,
    huberRounds: 3,
    fourierPairs: 0,
  },
  {
    name: "sparse_seasonal_difference",
    difference: "season",
    lags: (s) => sparseLags(s.seasons),
    longestLag: 0.7,
    lambda: 1e-3,
    huberRounds: 0,
    fourierPairs: 0,
  },
  {
    name: "dense_difference",
    difference: 1,
    lags: (s) => denseLags(s.seasons),
    longestLag: 0.7,
    lambda: 1e-3,
    huberRounds: 0,
    fourierPairs: 0,
  },
  {
    name: "dense_fourier",
    difference: 0,
    lags: (s) => denseLags(s.seasons),
    longestLag: 0.7,
    lambda: 1e-3,
    huberRounds: 0,
    fourierPairs: 8,
  },
];

const yearLags = (s: ModelSetting): readonly number[] => {
  const season = s.seasons[s.seasons.length - 1];
  return season === undefined ? [1, 2, 3, 4] : [1, 2, 3, 4, season, season + 1];
};
const longLags = (s: ModelSetting): readonly number[] => longSeasonLags(s.seasons[s.seasons.length - 1]);

const LONG_SEASON: readonly Shape[] = [
  { name: "few", difference: 0, lags: yearLags, longestLag: 0.45, lambda: 1e-3, huberRounds: 0, fourierPairs: 0 },
  {
    name: "many_difference_huber",
    difference: 1,
    lags: longLags,
    longestLag: 0.45,
    lambda: 1e-2,
    huberRounds: 3,
    fourierPairs: 0,
  },
  {
    name: "many_huber",
    difference: 0,
    lags: longLags,
    longestLag: 0.45,
    lambda: 1e-3,
    huberRounds: 3,
    fourierPairs: 0,
  },
];

const members = (family: string, shapes: readonly Shape[]): Model[] =>
  shapes.flatMap((shape) =>
    [false, true].map((log) => ({
      name: `lag_ridge_${family}${shape.name}${log ? "_log" : ""}`,
      point: (y: Float64Array, setting: ModelSetting) => forecastVariant(y, setting, { ...shape, log }),
    })),
  );

/** LagRidge variants for short seasons (hours of the day and week, days of the week, months of the year). */
export const lagRidgeShort: readonly Model[] = members("", SHORT_SEASONS);

/** LagRidge variants for one long season of which few cycles are seen (weeks of the year), or none. */
export const lagRidgeLong: readonly Model[] = members("long_", LONG_SEASON);
