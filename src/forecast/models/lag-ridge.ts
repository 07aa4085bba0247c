import { NumericalError } from "../../core/errors.js";
import { mean, standardDeviation } from "../../core/statistics.js";
import type { Wave } from "../lag-gram.js";
import { denseLags, longSeasonLags, sparseLags } from "../lags.js";
import type { Model, ModelSetting } from "../model.js";
import { fitLagRidge, forecastRecursively } from "../ridge.js";
import { isShort } from "../season-kind.js";

/** One way of setting up the lag regression. */
interface Variant {
  name: string;
  log: boolean;
  /** Difference at this lag before the regression; 0 is none, "shortest" and "longest" are seasons. */
  difference: 0 | 1 | "shortest" | "longest";
  /** Only so many of the longest seasons (but at least {@link RECENT_SHORTEST} of the shortest) are fitted; 0 is all. */
  recent: number;
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
/** A short season is seen often in a recent part of this many of its cycles. */
const RECENT_SHORTEST = 20;

/**
 * Logs of a series that is positive throughout, else null. A floor under zeros instead would turn every idle hour into
 * an outlier as large as the floor is small, and the forecasts of idle queues with it.
 */
export function logOrNull(y: Float64Array): Float64Array | null {
  let logs = logsOf.get(y);
  if (logs === undefined) {
    logs = logsIfPositive(y);
    logsOf.set(y, logs);
  }
  return logs;
}

/** Half of the members of a pool take the logs of the very same history one after the other. */
const logsOf = new WeakMap<Float64Array, Float64Array | null>();

function logsIfPositive(y: Float64Array): Float64Array | null {
  const logs = new Float64Array(y.length);
  for (let t = 0; t < y.length; t++) {
    if (!(y[t] > 0)) return null;
    logs[t] = Math.log(y[t]);
  }
  return logs;
}

function wavesOf(seasons: readonly number[], pairs: number): Wave[] {
  const waves: Wave[] = [];
  for (const season of seasons) {
    for (let pair = 1; pair <= Math.min(pairs, Math.floor((season - 1) / 2)); pair++) waves.push({ season, pair });
  }
  return waves;
}

/** Lags that leave enough training rows. */
function usableLags(lags: readonly number[], n: number, share: number, extra: number): readonly number[] {
  let count = lags.length;
  while (count > 0 && (lags[count - 1] >= share * n || n - lags[count - 1] < ROWS_PER_COEFFICIENT * (count + extra)))
    count--;
  return lags.slice(0, count);
}

function recentPart(y: Float64Array, seasons: readonly number[], recent: number): Float64Array {
  if (recent === 0 || seasons.length === 0) return y;
  const wanted = Math.max(recent * seasons[seasons.length - 1], isShort(seasons[0]) ? RECENT_SHORTEST * seasons[0] : 0);
  return y.subarray(Math.max(0, y.length - wanted));
}

function differenceLag({ difference }: Variant, seasons: readonly number[]): number | null {
  if (typeof difference === "number") return difference;
  return (difference === "shortest" ? seasons[0] : seasons[seasons.length - 1]) ?? null;
}

function forecastVariant(whole: Float64Array, setting: ModelSetting, variant: Variant): Float64Array | null {
  const { horizon, seasons } = setting;
  const history = variant.log ? logOrNull(whole) : whole;
  if (history === null) return null;
  const values = recentPart(history, seasons, variant.recent);
  const centre = mean(values);
  const spread = standardDeviation(values);
  if (!(spread > 1e-12 * Math.abs(centre))) return new Float64Array(horizon).fill(whole[whole.length - 1]);
  const z = new Float64Array(values.length);
  for (let t = 0; t < z.length; t++) z[t] = (values[t] - centre) / spread;
  const lag = differenceLag(variant, seasons);
  if (lag === null) return null;
  const x = lag === 0 ? z : differences(z, lag);
  const waves = wavesOf(seasons, variant.fourierPairs);
  const lags = usableLags(variant.lags(setting), x.length, variant.longestLag, 2 * waves.length + 1);
  if (lags.length === 0) return null;

  const { low, high } = range(z);
  const clip = (v: number) => Math.min(high + 1, Math.max(low - 1, v));
  const level = new Float64Array(lag + horizon);
  level.set(z.subarray(z.length - lag));
  try {
    const fit = fitLagRidge(x, lags, waves, variant);
    forecastRecursively(x, fit, horizon, (value, h) => {
      // Clipped on the undifferenced scale, and the clipped step is what the recursion goes on with.
      level[lag + h] = clip(lag === 0 ? value : value + level[h]);
      return lag === 0 ? level[h] : level[lag + h] - level[h];
    });
  } catch (error) {
    if (error instanceof NumericalError) return null;
    throw error;
  }
  const point = new Float64Array(horizon);
  for (let h = 0; h < horizon; h++) {
    const value = centre + spread * level[lag + h];
    point[h] = variant.log ? Math.exp(value) : value;
  }
  return point;
}

function differences(z: Float64Array, lag: number): Float64Array {
  const x = new Float64Array(z.length - lag);
  for (let t = 0; t < x.length; t++) x[t] = z[t + lag] - z[t];
  return x;
}

/** Least and largest value. */
export function range(z: Float64Array): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let t = 0; t < z.length; t++) {
    if (z[t] < low) low = z[t];
    if (z[t] > high) high = z[t];
  }
  return { low, high };
}

/** A variant on values, on logs, or on both. */
type Shape = Pick<Variant, "name" | "lags"> & Partial<Variant> & { on: readonly ("values" | "logs")[] };

const BOTH = ["values", "logs"] as const;

const sparse = (s: ModelSetting) => sparseLags(s.seasons);
const dense = (s: ModelSetting) => denseLags(s.seasons);
/** Few coefficients and waves for the seasons: steady where a short or noisy history would be overfitted. */
const few = ({ seasons }: ModelSetting) => [1, 2, 3, ...seasons.slice(0, 1).filter((season) => season > 3)];

/**
 * Chosen by the median's error on origins inside training parts only: variants that bring an error of their own (other
 * differences, other stretches of the past) lower it, a better fit of the same kind does not.
 */
const SHORT_SEASONS: readonly Shape[] = [
  { name: "sparse_day_difference", lags: sparse, difference: "shortest", on: BOTH },
  { name: "dense_difference", lags: dense, difference: 1, on: BOTH },
  { name: "dense_fourier", lags: dense, fourierPairs: 8, on: BOTH },
  { name: "dense_week_difference", lags: dense, difference: "longest", on: ["logs"] },
  { name: "dense_recent", lags: dense, recent: 3, on: ["logs"] },
  { name: "few_fourier", lags: few, fourierPairs: 2, lambda: 1e-2, on: ["values"] },
  { name: "few_recent", lags: few, fourierPairs: 3, recent: 2, lambda: 1e-2, on: ["values"] },
];

const yearLags = (s: ModelSetting): readonly number[] => {
  const season = s.seasons[s.seasons.length - 1];
  return season === undefined ? [1, 2, 3, 4] : [1, 2, 3, 4, season, season + 1];
};
const longLags = (s: ModelSetting): readonly number[] => longSeasonLags(s.seasons[s.seasons.length - 1]);
const month = (): readonly number[] => [1, 2, 3, 4];
const quarter = (): readonly number[] => [1, 2, 3, 4, 8, 13];

const LONG_SEASON: readonly Shape[] = [
  { name: "few", lags: yearLags, on: ["values"] },
  { name: "few_recent_huber", lags: yearLags, recent: 5, huberRounds: 3, on: BOTH },
  { name: "many_huber", lags: longLags, huberRounds: 3, on: ["values"] },
  { name: "many_difference_huber", lags: longLags, difference: 1, lambda: 1e-2, huberRounds: 3, on: BOTH },
  { name: "year_difference", lags: quarter, difference: "longest", lambda: 1e-2, on: BOTH },
  { name: "month_recent", lags: month, recent: 2, lambda: 1e-2, on: ["logs"] },
];

const members = (family: string, shapes: readonly Shape[], longestLag: number): Model[] =>
  shapes.flatMap(({ on, ...shape }) =>
    on.map((scale): Model => {
      const variant: Variant = {
        difference: 0,
        recent: 0,
        lambda: 1e-3,
        huberRounds: 0,
        fourierPairs: 0,
        ...shape,
        log: scale === "logs",
        longestLag,
      };
      return {
        name: `lag_ridge_${family}${shape.name}${variant.log ? "_log" : ""}`,
        point: (y, setting) => forecastVariant(y, setting, variant),
      };
    }),
  );

/** LagRidge variants for short seasons (hours of the day and week, days of the week, months of the year). */
export const lagRidgeShort: readonly Model[] = members("", SHORT_SEASONS, 0.7);

/** LagRidge variants for one long season of which few cycles are seen (weeks of the year), or none. */
export const lagRidgeLong: readonly Model[] = members("long_", LONG_SEASON, 0.45);
