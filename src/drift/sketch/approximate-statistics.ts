import { cvmOfSteps } from "../cramer-von-mises.js";
import type { NumericSide } from "../drift-cell.js";
import type { DriftEntry } from "../drift-schema.js";
import { energyOfSteps } from "../energy.js";
import { hellingerOfCounts } from "../hellinger.js";
import { jsOfCounts } from "../jensen-shannon.js";
import { klOfCounts } from "../kullback-leibler.js";
import { mannWhitneyOfSteps } from "../mann-whitney.js";
import { type Moments, momentsOfSorted } from "../moments.js";
import type { StatisticsOptions } from "../numeric-statistics.js";
import type { PooledSteps } from "../pooled-steps.js";
import { psiOfCounts } from "../psi.js";
import { wassersteinOfSteps } from "../wasserstein.js";
import { welchFromMoments } from "../welch.js";
import { numericPoints } from "./numeric-points.js";
import type { WeightedPoints } from "./weighted-points.js";
import { weightedSteps } from "./weighted-steps.js";

/**
 * Statistics of two sides of which at least one is a sketch, from its items as points with weights. What depends on the
 * items is marked by `rank_error`, by how much shares of values may be off on both sides together; its p-value is null,
 * as chance in the items is not chance in the values. Welch's test has exact moments, so it is exact.
 *
 * Where both sides know quantiles of latencies, these are told too: `latency` with p50, p90, p95 and p99 of either.
 *
 * Left out as unsound: Anderson & Darling's statistic, which divides by shares near 0, and Evidently's index, which
 * depends on the least of all shares.
 */
export function approximateStatistics(
  reference: NumericSide,
  current: NumericSide,
  options: StatisticsOptions = {},
): DriftEntry["stats"] {
  const [before, after] = [numericPoints(reference), numericPoints(current)];
  return statisticsOfPoints(reference, before, current, after, weightedSteps(before, after), options);
}

/** {@link approximateStatistics} of both sides with their points, and the distribution functions of these. */
export function statisticsOfPoints(
  reference: NumericSide,
  before: WeightedPoints,
  current: NumericSide,
  after: WeightedPoints,
  steps: PooledSteps,
  { psi = "deciles" }: StatisticsOptions,
): DriftEntry["stats"] {
  const moments = momentsOf(reference, before);
  const edges = deciles(before);
  const counts = { reference: countBetween(before, edges), current: countBetween(after, edges) };
  const rank_error = before.error + after.error;
  return {
    wasserstein: { ...wassersteinOfSteps(steps, moments), rank_error },
    psi: psi === "evidently" ? { value: null, bins: null } : { ...psiOfCounts(counts, psi), rank_error },
    energy: { ...energyOfSteps(steps), rank_error },
    mannwhitney: { statistic: mannWhitneyOfSteps(steps).statistic, p: null, rank_error },
    cvm: { statistic: cvmOfSteps(steps).statistic, p: null, rank_error },
    welch: { ...welchFromMoments(moments, momentsOf(current, after)) },
    hellinger: { ...hellingerOfCounts(counts), rank_error },
    js: { ...jsOfCounts(counts), rank_error },
    kl: { ...klOfCounts(counts), rank_error },
    ...latencyQuantiles(reference, before, current, after),
  };
}

const QUANTILES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 };

/** Quantiles of latencies within 1 % of their value; none where a side has no such sketch. */
function latencyQuantiles(
  reference: NumericSide,
  before: WeightedPoints,
  current: NumericSide,
  after: WeightedPoints,
): DriftEntry["stats"] {
  const [a, b] = [quantileOf(reference, before), quantileOf(current, after)];
  if (!a || !b) return {};
  const pairs = Object.entries(QUANTILES).flatMap(([name, p]): [string, number][] => [
    [`${name}_reference`, a(p)],
    [`${name}_current`, b(p)],
  ]);
  // Of sizes that fell together nothing is known.
  return { latency: Object.fromEntries(pairs.map(([name, x]) => [name, Number.isNaN(x) ? null : x])) };
}

function quantileOf(side: NumericSide, { values, n }: WeightedPoints) {
  if (side.kind === "numeric") return (p: number) => values[Math.floor(p * (n - 1))];
  const latency = side.kind === "numeric-sketch" ? side.latency : undefined;
  return latency && ((p: number) => latency.quantile(p));
}

function momentsOf(side: NumericSide, points: WeightedPoints): Moments {
  if (side.kind === "numeric") return momentsOfSorted(points.values);
  if (side.kind === "numeric-bins") return momentsOfPoints(points);
  const { n, mean, m2 } = side.sketch;
  return { n, mean, variance: n > 1 ? m2 / (n - 1) : Number.NaN };
}

function momentsOfPoints({ values, weights, n }: WeightedPoints): Moments {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += values[i] * (weights[i] / n);
  let m2 = 0;
  for (let i = 0; i < values.length; i++) m2 += weights[i] * (values[i] - mean) ** 2;
  return { n, mean, variance: n > 1 ? m2 / (n - 1) : Number.NaN };
}

/** Deciles of points (type 7, as of the values that they stand for), equal ones once. */
function deciles({ values, weights, n }: WeightedPoints): number[] {
  const edges = new Set<number>();
  let [i, upTo] = [0, weights[0]];
  for (let k = 1; k <= 9; k++) {
    const position = (n - 1) * (k * 0.1);
    const below = Math.floor(position);
    while (upTo <= below) upTo += weights[++i];
    const above = upTo > below + 1 || i === values.length - 1 ? values[i] : values[i + 1];
    edges.add(values[i] + (position - below) * (above - values[i]));
  }
  return [...edges];
}

/** Values in [edge, next edge), with those below the first edge and from the last on. */
function countBetween({ values, weights }: WeightedPoints, edges: readonly number[]): Float64Array {
  const counts = new Float64Array(edges.length + 1);
  let bin = 0;
  for (let i = 0; i < values.length; i++) {
    while (bin < edges.length && values[i] >= edges[bin]) bin++;
    counts[bin] += weights[i];
  }
  return counts;
}
