import type { NeuralShape } from "./types.js";
import { candidateCount, featureCount, heldSeasons } from "./weight-shapes.js";

/** What the network sees of several windows, one row each, in single precision as on a tensor backend. */
export interface WindowRows {
  rows: number;
  /** [rows, window]: values less the window's mean, in units of its deviation. */
  z: Float32Array;
  /** [rows, features]: see `featureCount`. */
  features: Float32Array;
  /** [rows, candidates, horizon]: the simple forecasts, in the same units: see `candidateCount`. */
  candidates: Float32Array;
  /**
   * [rows]: mean absolute change over the longest season held (over one step without one), in the same units. What the
   * network adds to the simple forecasts, its spread and the loss are in this unit, so that a series which repeats itself
   * closely counts as much as a noisy one.
   */
  unit: Float32Array;
  /** [rows]: mean and deviation of the window, in units of the series. */
  centre: Float64Array;
  scale: Float64Array;
}

/** Without a floor, a series that repeats itself exactly would outweigh all others by its first surprise. */
const LEAST_UNIT = 0.1;
/** Floor of a change of which the log is taken. */
const LEAST_CHANGE = 1e-3;
/** A deviation below so much of the largest value is rounding. */
const FLAT = 1e-9;

export function emptyRows(rows: number, shape: NeuralShape): WindowRows {
  return {
    rows,
    z: new Float32Array(rows * shape.window),
    features: new Float32Array(rows * featureCount(shape)),
    candidates: new Float32Array(rows * candidateCount(shape) * shape.horizon),
    unit: new Float32Array(rows),
    centre: new Float64Array(rows),
    scale: new Float64Array(rows),
  };
}

/** Mean |z[t] − z[t − lag]|. */
function meanChange(z: Float32Array, lag: number): number {
  let sum = 0;
  for (let t = lag; t < z.length; t++) sum += Math.abs(z[t] - z[t - lag]);
  return z.length > lag ? sum / (z.length - lag) : 0;
}

/** Repeats the last `season` values, or the means over all whole rounds of it, along the horizon. */
function repeatRounds(z: Float32Array, season: number, rounds: number, out: Float32Array): void {
  const period = Math.min(season, out.length);
  for (let h = 0; h < period; h++) {
    let sum = 0;
    for (let r = 1; r <= rounds; r++) sum += z[z.length - r * season + h];
    out[h] = sum / rounds;
  }
  for (let h = period; h < out.length; h++) out[h] = out[h - period];
}

function fillCandidates(z: Float32Array, shape: NeuralShape, into: Float32Array): void {
  const { horizon, window } = shape;
  const slot = (c: number): Float32Array => into.subarray(c * horizon, (c + 1) * horizon);
  slot(0).fill(0);
  slot(1).fill(z[window - 1]);
  heldSeasons(shape).forEach((season, k) => {
    repeatRounds(z, season, 1, slot(2 + 2 * k));
    repeatRounds(z, season, Math.floor(window / season), slot(3 + 2 * k));
  });
}

function fillFeatures(z: Float32Array, origin: number, { seasons }: NeuralShape, into: Float32Array): void {
  let at = 0;
  for (const season of seasons) {
    const angle = (2 * Math.PI * (((origin % season) + season) % season)) / season;
    into[at++] = Math.sin(angle);
    into[at++] = Math.cos(angle);
  }
  for (const lag of [1, ...seasons]) {
    // A season longer than the window shows no change of its own; then the window's deviation stands for it.
    into[at++] = Math.log(lag < z.length ? meanChange(z, lag) + LEAST_CHANGE : 1);
  }
}

/**
 * Mean and deviation of the `window` values before `end`; where they are all equal but for rounding, the last and 0. In
 * units of the largest, whose square may be no number.
 */
function moments(y: Float64Array, end: number, window: number): { centre: number; scale: number } {
  let largest = 0;
  for (let t = end - window; t < end; t++) largest = Math.max(largest, Math.abs(y[t]));
  if (largest === 0) return { centre: 0, scale: 0 };
  let mean = 0;
  for (let t = end - window; t < end; t++) mean += y[t] / largest / window;
  let variance = 0;
  for (let t = end - window; t < end; t++) variance += (y[t] / largest - mean) ** 2 / window;
  const deviation = Math.sqrt(variance);
  return deviation > FLAT ? { centre: mean * largest, scale: deviation * largest } : { centre: y[end - 1], scale: 0 };
}

/**
 * Reads the window of `y` that ends before `end` into a row.
 *
 * @param clock steps from the common start of all seasons to `y[0]`
 * @returns false where the window is flat: its scale is 0, and the row says nothing
 */
export function readWindow(
  y: Float64Array,
  end: number,
  clock: number,
  shape: NeuralShape,
  into: WindowRows,
  row: number,
): boolean {
  const { window, horizon } = shape;
  const { centre, scale } = moments(y, end, window);
  into.centre[row] = centre;
  into.scale[row] = scale;
  if (scale === 0) return false;
  const z = into.z.subarray(row * window, (row + 1) * window);
  for (let i = 0; i < window; i++) z[i] = (y[end - window + i] - centre) / scale;
  const features = featureCount(shape);
  fillFeatures(z, clock + end, shape, into.features.subarray(row * features, (row + 1) * features));
  const values = candidateCount(shape) * horizon;
  fillCandidates(z, shape, into.candidates.subarray(row * values, (row + 1) * values));
  const seasons = heldSeasons(shape).filter((season) => season < window);
  into.unit[row] = Math.max(LEAST_UNIT, meanChange(z, seasons.at(-1) ?? 1));
  return true;
}
