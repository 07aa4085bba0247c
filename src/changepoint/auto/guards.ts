import { chiSquareTail } from "../../core/chi-square-tail.js";
import { autocorrelation, type Products, products, whitenedSquares } from "../noise.js";
import { writeResiduals } from "../segment-lines.js";
import type { Dimension } from "./dimension.js";
import { type AutoSettings, mostPhi } from "./settings.js";

/** Least variance of residuals, in squared standard deviations of the series: a step without noise is no division by 0. */
const LEAST_VARIANCE = 1e-9;

/** A change with its likelihood ratio. */
export interface TestedChange {
  index: number;
  /** Twice the log-likelihood ratio to the segments around it as one. */
  ratio: number;
  /** Chi-square p-value times the number of observations, as many as there are locations. */
  pValue: number;
}

/**
 * Whether segments with AR(1) noise beat one segment with AR(1) noise by BIC (as EnvCpt compares them; Beaulieu &
 * Killick 2018). The autocorrelation is bounded in both: a random walk is no stationary series.
 */
export function beatsStationary(
  dimensions: readonly Dimension[],
  changes: readonly number[],
  settings: AutoSettings,
): boolean {
  const n = dimensions[0].values.length;
  let gain = 0;
  let parameters = 1;
  const residuals = new Float64Array(n);
  for (const { values, shape } of dimensions) {
    const squares = [[], changes].map((segments) => {
      const sums = products(writeResiduals(values, segments, shape, residuals), 0, n);
      return Math.max(LEAST_VARIANCE * n, whitenedSquares(sums, autocorrelation(sums, mostPhi(settings))));
    });
    gain += n * Math.log(squares[0] / squares[1]);
    parameters += shape === "mean" ? 1 : 2;
  }
  return gain >= parameters * Math.log(n) * changes.length;
}

/**
 * Whether the changes are a rhythm: many steps in one direction at even distances, from which the level always returns.
 * Such a series (a balance with its monthly payment) regenerates; its steps are its normal course, like a season whose
 * cycles differ a little.
 */
export function isRhythm(dimension: Dimension, changes: readonly number[], settings: AutoSettings): boolean {
  const { values, shape } = dimension;
  if (changes.length < settings.rhythmSteps) return false;
  const residuals = writeResiduals(values, changes, shape, new Float64Array(values.length));
  const fitted = (i: number): number => values[i] - residuals[i];
  const rises = changes.filter((k) => fitted(k) > fitted(k - 1));
  const falls = changes.filter((k) => fitted(k) < fitted(k - 1));
  const even = [rises, falls].some(
    (steps) => steps.length >= settings.rhythmSteps && relativeSpread(distances(steps)) <= settings.rhythmSpread,
  );
  return even && !persists(values, changes);
}

const distances = (steps: readonly number[]): number[] => steps.slice(1).map((step, i) => step - steps[i]);

function relativeSpread(x: readonly number[]): number {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  return Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length) / mean;
}

/** Whether neighbouring segments are more alike than any two: von Neumann's ratio of their means below 1, not about 2. */
function persists(values: Float64Array, changes: readonly number[]): boolean {
  const bounds = [0, ...changes, values.length];
  const means = bounds
    .slice(1)
    .map((end, i) => values.subarray(bounds[i], end).reduce((a, b) => a + b, 0) / (end - bounds[i]));
  const centre = means.reduce((sum, value) => sum + value, 0) / means.length;
  const steps = means.slice(1).reduce((sum, value, i) => sum + (value - means[i]) ** 2, 0);
  return steps < means.reduce((sum, value) => sum + (value - centre) ** 2, 0);
}

/**
 * Drops the least significant change until all that remain are significant, each against the same segmentation without
 * it: likelihood ratio of AR(1) innovations, φ and variance as they are without the change.
 */
export function significantChanges(
  dimensions: readonly Dimension[],
  changes: readonly number[],
  settings: AutoSettings,
): TestedChange[] {
  const kept = [...changes];
  const tracks = dimensions.map((dimension) => ({
    dimension,
    residuals: writeResiduals(dimension.values, kept, dimension.shape, new Float64Array(dimension.values.length)),
    without: new Float64Array(dimension.values.length),
  }));
  const n = dimensions[0].values.length;
  let whole = tracks.map((track) => products(track.residuals, 0, n));
  const range = (j: number): [number, number] => [kept[j - 1] ?? 0, kept[j + 1] ?? n];
  const test = (j: number): TestedChange => {
    const [start, end] = range(j);
    let ratio = 0;
    let parameters = 0;
    tracks.forEach(({ dimension: { values, shape }, residuals, without }, d) => {
      writeResiduals(values, [], shape, without, start, end);
      const one = products(without, start, end);
      ratio += likelihoodRatio(one, products(residuals, start, end), whole[d], end - start, n, settings);
      parameters += shape === "mean" ? 1 : 2;
    });
    return { index: kept[j], ratio, pValue: Math.min(1, n * chiSquareTail(ratio, parameters)) };
  };
  const tests = kept.map((_, j) => test(j));
  while (tests.length > 0) {
    const worst = tests.reduce((w, t, j) => (t.pValue >= tests[w].pValue ? j : w), 0);
    if (tests[worst].pValue <= settings.significance) break;
    const [start, end] = range(worst);
    for (const { dimension, residuals } of tracks) {
      writeResiduals(dimension.values, [], dimension.shape, residuals, start, end);
    }
    whole = tracks.map((track) => products(track.residuals, 0, n));
    kept.splice(worst, 1);
    tests.splice(worst, 1);
    for (const j of [worst - 1, worst]) if (j >= 0 && j < kept.length) tests[j] = test(j);
  }
  return tests;
}

/** Twice the log-likelihood ratio of the parts of a range against its one piece. */
function likelihoodRatio(
  one: Products,
  parts: Products,
  whole: Products,
  length: number,
  n: number,
  settings: AutoSettings,
): number {
  const rest = (key: keyof Products): number => whole[key] - parts[key] + one[key];
  const phi = autocorrelation(
    { product: rest("product"), tail: rest("tail"), head: 0, first: rest("first") },
    mostPhi(settings),
  );
  const variance = Math.max(LEAST_VARIANCE, whitenedSquares(whole, phi) / n, whitenedSquares(parts, phi) / length);
  return (whitenedSquares(one, phi) - whitenedSquares(parts, phi)) / variance;
}
