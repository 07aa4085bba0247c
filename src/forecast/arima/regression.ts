import { mean, standardDeviation } from "../../core/statistics.js";
import { type Differencing, difference } from "./difference.js";
import { ArmaRegression } from "./estimate.js";
import type { Arma } from "./likelihood.js";

/** Differences of a series and its regressors, centred and scaled for estimation. */
export interface ScaledRegression {
  regression: ArmaRegression;
  /** What one unit of `regression.w` is worth in y. */
  scale: number;
  /** Coefficients on the scale of y: the constant first if there is one, then the regressors'. */
  unscale(beta: Float64Array): Float64Array;
}

/** Spread below this share of the largest value is nothing but rounding. */
const ROUNDING = 32 * Number.EPSILON;

const isNoise = (spread: number, y: Float64Array): boolean =>
  spread > ROUNDING * y.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

const rootMeanSquare = (x: Float64Array): number => Math.hypot(mean(x), standardDeviation(x));

/** Puts a series on the scale of order one that estimation wants; null when it has no variation left to explain. */
export function scaledRegression(
  y: Float64Array,
  by: Differencing,
  constant: boolean,
  regressors: readonly Float64Array[],
): ScaledRegression | null {
  const differenced = difference(y, by);
  const centre = constant ? mean(differenced) : 0;
  const scale = rootMeanSquare(differenced.map((v) => v - centre));
  if (!isNoise(scale, y)) return null;
  const w = differenced.map((v) => (v - centre) / scale);
  const ones = constant ? [new Float64Array(w.length).fill(1)] : [];
  const columns = regressors.map((x) => difference(x, by));
  // A column that differencing leaves empty stays so, and estimation finds the design singular.
  const sizes = columns.map((x, i) => (isNoise(rootMeanSquare(x), regressors[i]) ? rootMeanSquare(x) : Infinity));
  const design = [...ones, ...columns.map((x, i) => x.map((v) => v / sizes[i]))];
  return {
    regression: new ArmaRegression(w, design),
    scale,
    unscale: (beta) =>
      beta.map((b, i) => (i < ones.length ? centre + scale * b : (scale * b) / sizes[i - ones.length])),
  };
}

/** Likelihood of differenced values less their regression; null when the process is not stationary. */
export function noiseLikelihood(
  noise: Float64Array,
  y: Float64Array,
  arma: Arma,
): { sigma2: number; logLikelihood: number } | null {
  const scale = rootMeanSquare(noise);
  if (!isNoise(scale, y)) return { sigma2: 0, logLikelihood: Number.POSITIVE_INFINITY };
  const profile = new ArmaRegression(
    noise.map((v) => v / scale),
    [],
  ).profile(arma);
  if (profile === null) return null;
  return {
    sigma2: profile.sigma2 * scale * scale,
    logLikelihood: profile.logLikelihood - noise.length * Math.log(scale),
  };
}
