import { createRandom, type Random } from "../core/random.js";
import type { PreparedSeries } from "./prepare.js";

/**
 * The random choices that all series of a panel share, so that path k is one future for all of them: two past origins
 * (as shares of what a series has) and an angle for every block of steps.
 */
export interface PathDraws {
  n: number;
  seed: number;
  /** `blocks[b][path]` */
  blocks: { first: number; second: number; angle: number }[][];
}

/** Most blocks that a path is glued from; a longer horizon than that repeats the rank pattern of the last block. */
const MOST_BLOCKS = 64;
/** Share of a path's pattern that is its own noise; it tells tied patterns (idle queues) apart. */
const NOISE = 0.1;
/** Correlation of that noise from step to step. */
const NOISE_PERSISTENCE = 0.98;

export function drawPaths(seed: number, n: number): PathDraws {
  const random = createRandom(seed).child("paths");
  const draw = (rng: Random) => ({ first: rng.uniform(), second: rng.uniform(), angle: 2 * Math.PI * rng.uniform() });
  const blocks = Array.from({ length: MOST_BLOCKS }, (_, b) => {
    const rng = random.child(b);
    return Array.from({ length: n }, () => draw(rng));
  });
  return { n, seed, blocks };
}

/**
 * Joint sample paths of one series: the Schaake shuffle (Clark et al. 2004). The calibrated quantiles give every
 * step its values; past errors of a simple forecast (level and season), as whole blocks from the same past origins for
 * all series, give the order in which the paths take them. So each step's distribution is the conformal one, while
 * dependence over time and between series is the observed one. Two blocks are mixed by a random rotation, which keeps
 * their covariance and makes any number of distinct paths from a short history.
 *
 * @param grid calibrated quantiles, `grid[i][h]` for `probabilities[i]`
 * @returns path-major values, `data[path * horizon + h]`
 */
export function samplePaths(
  series: PreparedSeries,
  grid: readonly Float64Array[],
  probabilities: readonly number[],
  draws: PathDraws,
): Float64Array {
  const { n } = draws;
  const horizon = grid[0].length;
  const pattern = dependencePattern(series, horizon, draws);
  const out = new Float64Array(n * horizon);
  const keys = new Float64Array(n);
  const low = new Uint32Array(keys.buffer);
  const values = new Float64Array(n);
  for (let h = 0; h < horizon; h++) {
    for (let path = 0; path < n; path++) keys[path] = pattern[path * horizon + h];
    // The path's number rides in the lowest bits of its key: one numeric sort then gives the order.
    for (let path = 0; path < n; path++) low[2 * path] = path;
    keys.sort();
    fillQuantiles(values, grid, probabilities, h);
    for (let rank = 0; rank < n; rank++) out[low[2 * rank] * horizon + h] = values[rank];
  }
  return out;
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
function dependencePattern(series: PreparedSeries, horizon: number, draws: PathDraws): Float64Array {
  const { n, blocks, seed } = draws;
  const { y, id } = series;
  const length = Math.max(1, Math.min(horizon, Math.floor(y.length / 3)));
  const origins = pastOrigins(series, length);
  const errors = origins.map((origin) => simpleErrors(series, origin, length));
  const size = typicalSize(errors);
  const rng = createRandom(seed).child(id);
  const out = new Float64Array(n * horizon);
  const step = Math.sqrt(1 - NOISE_PERSISTENCE ** 2);
  for (let path = 0; path < n; path++) {
    let noise = rng.normal();
    for (let h = 0; h < horizon; h++) {
      const b = Math.min(blocks.length - 1, Math.floor(h / length));
      const { first, second, angle } = blocks[b][path];
      const inBlock = h % length;
      let value = 0;
      if (errors.length) {
        const one = errors[Math.floor(first * errors.length)][inBlock];
        const two = errors[Math.floor(second * errors.length)][inBlock];
        value = (Math.cos(angle) * one + Math.sin(angle) * two) / size;
      }
      out[path * horizon + h] = value + NOISE * noise;
      noise = NOISE_PERSISTENCE * noise + step * (2 * rng.uniform() - 1) * Math.sqrt(3);
    }
  }
  return out;
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
