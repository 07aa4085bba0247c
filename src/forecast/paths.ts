import { createRandom, type Random } from "../core/random.js";
import { ownCount, type PathOrigins, panelOrigins } from "./path-origins.js";
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
  /** Past origins shared with the other series of the panel ({@link alignPaths}); default the series' own. */
  origins?: PathOrigins;
}

/**
 * Gives the tasks of a panel the same past origins, so that series with histories of unequal length take the errors of
 * the same time in a path. Without it only series of equal length do. All series must end with the same step.
 */
export function alignPaths(tasks: readonly PathTask[]): PathTask[] {
  if (tasks.length === 0) return [];
  const origins = panelOrigins(
    tasks.map(({ series }) => series),
    tasks[0].grid[0].length,
  );
  return tasks.map((task) => ({ ...task, origins }));
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
export function samplePaths(task: PathTask): Float64Array {
  const { series, grid, probabilities, n } = task;
  const horizon = grid[0].length;
  const pattern = dependencePattern(task, horizon);
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
 * them: two past origins (as shares of their number) and an angle for each path.
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
function dependencePattern({ series, seed, n, origins }: PathTask, horizon: number): Float64Array {
  // A history too short for the panel's blocks has shorter ones of its own.
  const shared = origins && ownCount(series, origins) > 0 ? origins : panelOrigins([series], horizon);
  const { length, count } = shared;
  const errors = blockErrors(series, shared);
  const out = new Float64Array(n * horizon);
  if (errors.length) {
    const size = typicalSize(errors);
    // Where a series has no such old origin, one that it has stands in.
    const block = (share: number) => errors[Math.floor(share * count) % errors.length];
    for (let from = 0; from < horizon; from += length) {
      const draws = sharedDraws(seed, from / length, n);
      const steps = Math.min(length, horizon - from);
      for (let path = 0; path < n; path++) {
        const one = block(draws[3 * path]);
        const two = block(draws[3 * path + 1]);
        const cos = Math.cos(2 * Math.PI * draws[3 * path + 2]) / size;
        const sin = Math.sin(2 * Math.PI * draws[3 * path + 2]) / size;
        const at = path * horizon + from;
        for (let h = 0; h < steps; h++) out[at + h] = cos * one[h] + sin * two[h];
      }
    }
  }
  addOwnNoise(out, horizon, createRandom(seed).child(series.id));
  return out;
}

/** Blocks of errors by origin, latest first; at most those that are drawn from. */
function blockErrors(series: PreparedSeries, origins: PathOrigins): Float64Array[] {
  const { length, stride, count } = origins;
  const last = series.y.length - length;
  return Array.from({ length: Math.min(count, ownCount(series, origins)) }, (_, k) =>
    simpleErrors(series, last - k * stride, length),
  );
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
