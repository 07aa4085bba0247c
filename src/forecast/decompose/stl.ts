import { InputError, NumericalError } from "../../core/errors.js";
import { quantileSelect } from "../../core/statistics.js";
import { loess, loessAt, type Smoother } from "./loess.js";

export interface StlOptions {
  /** Smoother of each phase's values over the cycles; default window 7, degree 1, jump 1. */
  seasonal?: Partial<Smoother>;
  /** Default window: the smallest odd number of at least 1.5·period / (1 − 1.5 / seasonal window); degree 1, jump 1. */
  trend?: Partial<Smoother>;
  /** Smoother that keeps the trend out of the seasonal; default window: the smallest odd number above the period. */
  lowPass?: Partial<Smoother>;
  /** Down-weights outliers in up to `outerIterations` rounds; default false. */
  robust?: boolean;
  /** Default 2 if robust, else 5. */
  innerIterations?: number;
  /** Default 15 if robust, else 0. */
  outerIterations?: number;
}

/** All four as long as the series; `seasonal + trend + remainder` is the series. */
export interface StlDecomposition {
  seasonal: Float64Array;
  trend: Float64Array;
  remainder: Float64Array;
  /** Robustness weights in [0, 1]; all ones unless robust. */
  weights: Float64Array;
}

interface Setting {
  period: number;
  seasonal: Smoother;
  trend: Smoother;
  lowPass: Smoother;
}

/**
 * Seasonal-trend decomposition by loess (Cleveland, Cleveland, McRae & Terpenning 1990). Defaults are those of
 * statsmodels' STL. Time O(n · windows); for very long series and periods `jump` > 1 saves most of it.
 *
 * @param y finite values, at least two periods
 * @param period whole number of at least 2
 * @throws InputError for a short or non-finite series, an even or too small window, or an impossible option
 * @throws NumericalError where sums of the values overflow
 */
export function stl(y: Float64Array, period: number, options: StlOptions = {}): StlDecomposition {
  const setting = resolve(y, period, options);
  const { robust = false, innerIterations = robust ? 2 : 5, outerIterations = robust ? 15 : 0 } = options;
  const n = y.length;
  const seasonal = new Float64Array(n);
  const trend = new Float64Array(n);
  const weights = new Float64Array(n).fill(1);
  for (let round = 0; round <= outerIterations; round++) {
    if (round > 0) updateWeights(y, seasonal, trend, weights);
    for (let k = 0; k < innerIterations; k++) innerLoop(y, setting, round > 0 ? weights : null, seasonal, trend);
  }
  const remainder = y.map((v, t) => v - seasonal[t] - trend[t]);
  if (!remainder.every(Number.isFinite)) throw new NumericalError("values too large to be decomposed; scale them down");
  return { seasonal, trend, remainder, weights };
}

function resolve(y: Float64Array, period: number, options: StlOptions): Setting {
  checkWhole("period", period, 2);
  checkWhole("innerIterations", options.innerIterations ?? 1, 1);
  checkWhole("outerIterations", options.outerIterations ?? 0, 0);
  if (y.length < 2 * period)
    throw new InputError(`a period of ${period} needs at least ${2 * period} values, got ${y.length}`, { period });
  if (!y.every(Number.isFinite)) throw new InputError("values to decompose must be finite; fill the gaps first");
  const seasonal = smoother("seasonal", 7, options.seasonal);
  const trendWindow = oddAtLeast((1.5 * period) / (1 - 1.5 / seasonal.window));
  return {
    period,
    seasonal,
    trend: smoother("trend", trendWindow, options.trend),
    lowPass: smoother("lowPass", oddAtLeast(period + 1), options.lowPass),
  };
}

function checkWhole(option: string, got: number, least: number): void {
  if (Number.isInteger(got) && got >= least) return;
  throw new InputError(`${option} must be a whole number of at least ${least}, got ${got}`, { option });
}

function oddAtLeast(x: number): number {
  const whole = Math.ceil(x);
  return whole % 2 === 1 ? whole : whole + 1;
}

function smoother(name: string, window: number, given: Partial<Smoother> = {}): Smoother {
  const s: Smoother = { window, degree: 1, jump: 1, ...given };
  checkWhole(`${name}.window`, s.window, 3);
  checkWhole(`${name}.jump`, s.jump, 1);
  if (s.window % 2 === 0) throw new InputError(`${name}.window must be odd, got ${s.window}`, { option: name });
  return s;
}

/** One pass of steps 1–6 of the inner loop: a new seasonal around the old trend, then a new trend. */
function innerLoop(
  y: Float64Array,
  { period, seasonal: seasonalSmoother, trend: trendSmoother, lowPass }: Setting,
  weights: Float64Array | null,
  seasonal: Float64Array,
  trend: Float64Array,
): void {
  const n = y.length;
  const cycles = smoothPhases(
    y.map((v, t) => v - trend[t]),
    period,
    seasonalSmoother,
    weights,
  );
  const level = new Float64Array(n);
  loess(movingAverage(movingAverage(movingAverage(cycles, period), period), 3), lowPass, null, level);
  for (let t = 0; t < n; t++) seasonal[t] = cycles[period + t] - level[t];
  loess(
    y.map((v, t) => v - seasonal[t]),
    trendSmoother,
    weights,
    trend,
  );
}

/** Smooths the values of each phase and adds one cycle at both ends: length n + 2·period. */
function smoothPhases(
  x: Float64Array,
  period: number,
  seasonalSmoother: Smoother,
  weights: Float64Array | null,
): Float64Array {
  const out = new Float64Array(x.length + 2 * period);
  for (let phase = 0; phase < period; phase++) {
    const values = everyNth(x, phase, period);
    const phaseWeights = weights && everyNth(weights, phase, period);
    const smooth = new Float64Array(values.length);
    loess(values, seasonalSmoother, phaseWeights, smooth);
    out[phase] = endFit(values, -1, smooth[0], seasonalSmoother, phaseWeights);
    for (let k = 0; k < smooth.length; k++) out[phase + (k + 1) * period] = smooth[k];
    const after = endFit(values, values.length, smooth[smooth.length - 1], seasonalSmoother, phaseWeights);
    out[phase + (smooth.length + 1) * period] = after;
  }
  return out;
}

/** The fit one step outside; next to points that all weigh nothing, the fit beside it. */
function endFit(
  values: Float64Array,
  x: number,
  beside: number,
  seasonalSmoother: Smoother,
  weights: Float64Array | null,
): number {
  const fit = loessAt(values, x, seasonalSmoother, weights);
  return Number.isNaN(fit) ? beside : fit;
}

function everyNth(x: Float64Array, from: number, step: number): Float64Array {
  const out = new Float64Array(Math.ceil((x.length - from) / step));
  for (let k = 0; k < out.length; k++) out[k] = x[from + k * step];
  return out;
}

/** Averages of `length` neighbours: `length` − 1 values fewer than given. */
function movingAverage(x: Float64Array, length: number): Float64Array {
  const out = new Float64Array(x.length - length + 1);
  let sum = 0;
  for (let t = 0; t < length; t++) sum += x[t];
  out[0] = sum / length;
  for (let t = 1; t < out.length; t++) {
    sum += x[t + length - 1] - x[t - 1];
    out[t] = sum / length;
  }
  return out;
}

/** Bisquare weights of the remainders over six times their median size. */
function updateWeights(y: Float64Array, seasonal: Float64Array, trend: Float64Array, weights: Float64Array): void {
  for (let t = 0; t < y.length; t++) weights[t] = Math.abs(y[t] - seasonal[t] - trend[t]);
  const reach = 6 * quantileSelect(weights.slice(), 0.5);
  if (reach === 0) {
    weights.fill(1);
    return;
  }
  for (let t = 0; t < y.length; t++) {
    const u = weights[t] / reach;
    weights[t] = u <= 0.001 ? 1 : u <= 0.999 ? (1 - u * u) ** 2 : 0;
  }
}
