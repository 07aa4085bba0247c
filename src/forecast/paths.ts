import { createRandom, type Random } from "../core/random.js";
import type { PreparedSeries } from "./prepare.js";

/** What the paths of one series are made of; structured-clone-able, so that workers can draw them. */
export interface PathTask {
  series: PreparedSeries;
  /** Calibrated quantiles, `grid[i][h]` for `probabilities[i]`. */
  grid: readonly Float64Array[];
  probabilities: readonly number[];
  seed: number;
  /** Number of paths. */
  n: number;
}

/** Share of a path's pattern that is its own noise; it tells tied patterns (idle queues) apart. */
const NOISE = 0.1;
/** Correlation of that noise from step to step. */
const NOISE_PERSISTENCE = 0.98;

/**
 * Joint sample paths of one series: the Schaake shuffle (Clark et al. 2004). The calibrated quantiles give every
 * step its values; past errors of a simple forecast (level and season), as whole blocks from the same past origins for
 * all series, give the order in which the paths take them. So each step's distribution is the conformal one, while
 * dependence over time and between series is the observed one. Two blocks are mixed by a random rotation, which keeps
 * their covariance and makes any number of distinct paths from a short history.
 *
 * @returns path-major values, `data[path * horizon + h]`; not below zero when the series' history is not
 */
export function samplePaths({ series, grid, probabilities, seed, n }: PathTask): Float64Array {
  const horizon = grid[0].length;
  const pattern = dependencePattern(series, horizon, n, seed);
  const keys = Array.from({ length: BLOCK }, () => new Float64Array(n));
  const numbers = keys.map((k) => new Uint32Array(k.buffer));
  const values = new Float64Array(n);
  const ranked = new Float64Array(n);
  // Steps go in small blocks, so that a path's neighbouring steps are read and written together: one step at a time
  // would miss the cache at every access. The pattern is replaced by the values in place.
  for (let from = 0; from < horizon; from += BLOCK) {
    const width = Math.min(BLOCK, horizon - from);
    for (let path = 0, at = from; path < n; path++, at += horizon) {
      for (let b = 0; b < width; b++) keys[b][path] = pattern[at + b];
    }
    for (let b = 0; b < width; b++) {
      // The path's number rides in the lowest bits of its key: one numeric sort then gives the order.
      for (let path = 0; path < n; path++) numbers[b][2 * path] = path;
      keys[b].sort();
      fillQuantiles(values, grid, probabilities, from + b);
      for (let rank = 0; rank < n; rank++) {
        const value = values[rank];
        ranked[numbers[b][2 * rank]] = series.nonNegative && value < 0 ? 0 : value;
      }
      keys[b].set(ranked);
    }
    for (let path = 0, at = from; path < n; path++, at += horizon) {
      for (let b = 0; b < width; b++) pattern[at + b] = keys[b][path];
    }
  }
  return pattern;
}

/** Steps handled together: one cache line of doubles. */
const BLOCK = 8;

/**
 * The random choices that all series of a panel share for one block of steps, so that path k is one future for all of
 * them: two past origins (as shares of what a series has) and an angle for each path.
 */
function sharedDraws(seed: number, block: number, n: number): Float64Array {
  const random = createRandom(seed).child("paths").child(block);
  return Float64Array.from({ length: 3 * n }, () => random.uniform());
}

/** Values of the quantile function at the middle of each of n equal parts; the tails go on linearly. */
function fillQuantiles(
  values: Float64Array,
  grid: readonly Float64Array[],
  probabilities: readonly number[],
  h: number,
): void {
  const n = values.length;
  let at = 0;
  for (let rank = 0; rank < n; rank++) {
    const u = (rank + 0.5) / n;
    while (at < probabilities.length - 2 && u > probabilities[at + 1]) at++;
    const low = grid[at][h];
    const share = (u - probabilities[at]) / (probabilities[at + 1] - probabilities[at]);
    values[rank] = low + share * (grid[at + 1][h] - low);
  }
}

/** Errors of the simple forecast by past origin, arranged into one pattern per path. */
function dependencePattern(series: PreparedSeries, horizon: number, n: number, seed: number): Float64Array {
  const { y, id } = series;
  const length = Math.max(1, Math.min(horizon, Math.floor(y.length / 3)));
  const errors = pastOrigins(series, length).map((origin) => simpleErrors(series, origin, length));
  const out = new Float64Array(n * horizon);
  if (errors.length) {
    const size = typicalSize(errors);
    for (let from = 0; from < horizon; from += length) {
      const draws = sharedDraws(seed, from / length, n);
      const steps = Math.min(length, horizon - from);
      for (let path = 0; path < n; path++) {
        const one = errors[Math.floor(draws[3 * path] * errors.length)];
        const two = errors[Math.floor(draws[3 * path + 1] * errors.length)];
        const cos = Math.cos(2 * Math.PI * draws[3 * path + 2]) / size;
        const sin = Math.sin(2 * Math.PI * draws[3 * path + 2]) / size;
        const at = path * horizon + from;
        for (let h = 0; h < steps; h++) out[at + h] = cos * one[h] + sin * two[h];
      }
    }
  }
  addOwnNoise(out, horizon, createRandom(seed).child(id));
  return out;
}

/** Adds a small AR(1) noise of unit variance × NOISE to each path. */
function addOwnNoise(pattern: Float64Array, horizon: number, random: Random): void {
  const step = Math.sqrt(12 * (1 - NOISE_PERSISTENCE ** 2));
  for (let at = 0; at < pattern.length; at += horizon) {
    let noise = random.normal();
    for (let h = 0; h < horizon; h++) {
      pattern[at + h] += NOISE * noise;
      noise = NOISE_PERSISTENCE * noise + step * (random.uniform() - 0.5);
    }
  }
}

/** Up to 64 origins, each leaving room for its block, evenly spread over the later part of the history. */
function pastOrigins(series: PreparedSeries, length: number): number[] {
  const n = series.y.length;
  const first = Math.max(1, series.seasons[series.seasons.length - 1] ?? Math.floor(n / 3));
  const last = n - length;
  if (last < first) return [];
  const stride = Math.max(1, series.seasons[0] ?? 1, Math.ceil((last - first + 1) / 64));
  const origins: number[] = [];
  for (let origin = last; origin >= first; origin -= stride) origins.push(origin);
  return origins;
}

/** y(t) minus the mean of the last season's mean and the seasonal naive forecast. */
function simpleErrors(series: PreparedSeries, origin: number, length: number): Float64Array {
  const { y, seasons } = series;
  const season = Math.min(origin, seasons[seasons.length - 1] ?? 1);
  let level = 0;
  for (let t = origin - season; t < origin; t++) level += y[t];
  level /= season;
  return Float64Array.from({ length }, (_, h) => {
    const naive = y[origin - season + (h % season)];
    return y[origin + h] - 0.5 * (level + naive);
  });
}

function typicalSize(errors: readonly Float64Array[]): number {
  let squares = 0;
  let count = 0;
  for (const block of errors) {
    for (const e of block) squares += e * e;
    count += block.length;
  }
  return squares > 0 ? Math.sqrt(squares / count) : 1;
}
