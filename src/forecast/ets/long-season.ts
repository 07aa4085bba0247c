import { NumericalError } from "../../core/errors.js";
import { choleskyInPlace, choleskySolveInPlace } from "../../core/linear-algebra.js";
import { dot, dotMany } from "../dot.js";

/** A season as a sum of sines: its values over the history and over the steps after it. */
export interface FourierSeason {
  past: Float64Array;
  future: Float64Array;
  /** Harmonics used; 0 where none is worth its coefficients. */
  pairs: number;
}

const MOST_PAIRS = 10;

/**
 * A long season as Fourier terms, for models that cannot carry it as states.
 *
 * The coefficients are fitted to first differences, so that a wandering level is not taken for a season, and their
 * number is the one with the least AICc.
 *
 * @param y values, at least two periods
 * @param period steps in the season
 * @param horizon steps after the history
 */
export function fourierSeason(y: Float64Array, period: number, horizon: number): FourierSeason {
  const n = y.length;
  const rows = n - 1;
  const most = Math.min(MOST_PAIRS, Math.floor((period - 1) / 2), Math.floor((rows - 4) / 4));
  const waves = Array.from({ length: 2 * Math.max(0, most) }, (_, i) => wave(period, 1 + (i >> 1), i % 2, n + horizon));
  const columns = [new Float64Array(rows).fill(1), ...waves.map((w) => differences(w.subarray(0, n)))];
  const target = differences(y);
  const coefficients = bestNested(columns, target);
  const season = new Float64Array(n + horizon);
  for (let i = 1; i < coefficients.length; i++) {
    for (let t = 0; t < n + horizon; t++) season[t] += coefficients[i] * waves[i - 1][t];
  }
  return { past: season.subarray(0, n), future: season.subarray(n), pairs: (coefficients.length - 1) / 2 };
}

function wave(period: number, harmonic: number, phase: number, length: number): Float64Array {
  const of = phase ? Math.cos : Math.sin;
  return Float64Array.from({ length }, (_, t) => of((2 * Math.PI * ((harmonic * t) % period)) / period));
}

function differences(x: Float64Array): Float64Array {
  return Float64Array.from({ length: x.length - 1 }, (_, t) => x[t + 1] - x[t]);
}

/** Least-squares coefficients of the first 1, 3, 5, … columns, as many as give the least AICc. */
function bestNested(columns: readonly Float64Array[], target: Float64Array): Float64Array {
  const rows = target.length;
  const p = columns.length;
  const gram = new Float64Array(p * p);
  columns.forEach((column, i) => {
    dotMany(column, columns, i + 1, rows, gram, i * p);
  });
  const right = columns.map((column) => dot(column, target, rows));
  const total = dot(target, target, rows);
  let best: Float64Array = Float64Array.of(right[0] / rows);
  let least = Number.POSITIVE_INFINITY;
  for (let k = 1; k <= p; k += 2) {
    const factor = new Float64Array(k * k);
    for (let i = 0; i < k; i++) for (let j = 0; j <= i; j++) factor[i * k + j] = gram[i * p + j];
    const beta = Float64Array.from(right.slice(0, k));
    try {
      choleskyInPlace(factor, k);
    } catch (error) {
      if (error instanceof NumericalError) break;
      throw error;
    }
    choleskySolveInPlace(factor, k, beta);
    const explained = beta.reduce((sum, b, i) => sum + b * right[i], 0);
    const squares = Math.max(total - explained, 1e-20 * total);
    const count = k + 1;
    if (!(squares > 0) || rows - count - 1 < 1) break;
    const aicc = rows * Math.log(squares / rows) + 2 * count + (2 * count * (count + 1)) / (rows - count - 1);
    if (aicc < least) [best, least] = [beta, aicc];
  }
  return best;
}
