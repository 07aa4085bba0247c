import type { BinnedSample } from "./binned-sample.js";
import type { NumericSide } from "./drift-cell.js";
import type { DriftEntry } from "./drift-schema.js";
import type { DriftSettings } from "./drift-settings.js";
import { ksOfSorted, ksPValue } from "./ks.js";
import { ksDistance } from "./ks-distance.js";
import { ksDistanceToSorted } from "./ks-distance-to-sorted.js";
import { ksInterval, ksRowsNeeded } from "./ks-interval.js";
import { ksOfBins } from "./ks-of-bins.js";
import { numericStatistics } from "./numeric-statistics.js";
import { statisticsOfPoints } from "./sketch/approximate-statistics.js";
import { ksOfSteps } from "./sketch/ks-from-sketches.js";
import { numericPoints } from "./sketch/numeric-points.js";
import { weightedSteps } from "./sketch/weighted-steps.js";
import type { NumericSample } from "./types.js";
import type { Finding } from "./verdict.js";

type Stats = DriftEntry["stats"];

/** Up to this many pairs of values samples are sorted, since the exact p-value needs to know of ties. */
const SORTED_PAIRS = 10_000;
/** A sample this much smaller than a sorted one is sorted and looked up in it, sooner than all are counted. */
const MUCH_SMALLER = 8;

/** The Kolmogorov-Smirnov test of two sides and its distance; every statistic where settings ask for them. */
export function compareNumbers(
  reference: NumericSide,
  current: NumericSide,
  threshold: number,
  settings: DriftSettings,
): { finding: Finding; stats: Stats } {
  const [n, m] = [reference.n - reference.missing, current.n - current.missing];
  const effect = { name: "ks_d" as const, value: null, lower: null, upper: null, threshold };
  const rowsNeeded = ksRowsNeeded(settings.alpha, threshold);
  if (n === 0 || m === 0) return { finding: { test: "ks", p: null, effect, n: 0, rowsNeeded }, stats: {} };
  const isBinned = reference.kind === "numeric-bins" && current.kind === "numeric-bins";
  const isExact = reference.kind === "numeric" && current.kind === "numeric";
  const stats = isBinned
    ? fromBins(reference, current, settings)
    : (isExact ? exact : fromSketches)(reference as NumericSample, current as NumericSample, settings);
  const { statistic: value, p, rank_error = 0 } = stats.ks as { statistic: number; p: number; rank_error?: number };
  const [, upper] = ksInterval(value, n, m, settings.alpha, rank_error);
  // The distance of bins may be too small alone.
  const [lower] = ksInterval(value, n, m, settings.alpha, isBinned ? 0 : rank_error);
  return {
    finding: { test: "ks", p, effect: { ...effect, value, lower, upper }, n: Math.min(n, m), rowsNeeded },
    stats,
  };
}

function exact(reference: NumericSample, current: NumericSample, settings: DriftSettings): Stats {
  const [{ values: a }, { values: b }] = [reference, current];
  if (settings.stats === "all")
    return numericStatistics(ascending(reference), ascending(current), settings) as unknown as Stats;
  if (a.length * b.length <= SORTED_PAIRS) return { ks: { ...ksOfSorted(ascending(reference), ascending(current)) } };
  const statistic =
    reference.sorted && b.length * MUCH_SMALLER < a.length ? ksDistanceToSorted(a, b) : ksDistance(a, b);
  return { ks: { statistic, p: ksPValue(statistic, a.length, b.length) } };
}

function ascending({ values, sorted }: NumericSample): Float64Array {
  return sorted ? values : values.slice().sort();
}

/** By how much the distance may be wrong is taken off before the p-value: what sketches alone differ is no evidence. */
function fromSketches(a: NumericSide, b: NumericSide, settings: DriftSettings): Stats {
  const [before, after] = [numericPoints(a), numericPoints(b)];
  const steps = weightedSteps(before, after);
  const { d, error, n, m } = ksOfSteps(steps, before.error + after.error);
  const ks = { statistic: d, p: ksPValue(Math.max(0, d - error), n, m), rank_error: error };
  return settings.stats === "all" ? { ks, ...statisticsOfPoints(a, before, b, after, steps, settings) } : { ks };
}

/** The distance of bins is no more than that of the values, so its p-value is no less than theirs. */
function fromBins(a: BinnedSample, b: BinnedSample, settings: DriftSettings): Stats {
  const { d, error, n, m } = ksOfBins(a, b);
  const ks = { statistic: d, p: ksPValue(d, n, m), rank_error: error };
  if (settings.stats === "default") return { ks };
  const [before, after] = [numericPoints(a), numericPoints(b)];
  const stats = statisticsOfPoints(a, before, b, after, weightedSteps(before, after), settings);
  return { ks, ...stats, ...(before.error + after.error > 0 ? UNKNOWN : {}) };
}

/** What needs values and not only their order: a bin of several may be of any width. */
const UNKNOWN: Stats = Object.freeze({
  wasserstein: { value: null, normed: null },
  energy: { value: null },
  welch: { statistic: null, p: null, dof: null },
});
