import { normalTwoSided, twoSidedZ } from "../../core/distributions.js";
import type { Random } from "../../core/random.js";
import { mean, sortedFinite, standardDeviation } from "../../core/statistics.js";
import type { ClassMetricName, MetricName } from "./expected-metrics.js";

/** One metric, estimated without labels of the current rows. */
export interface EstimatedMetric {
  name: MetricName | ClassMetricName;
  /** On the labelled reference rows. */
  reference: number | null;
  estimated: number | null;
  /** Where the metric of these very rows lies, if labels still depend on scores as in the reference. */
  lower: number | null;
  upper: number | null;
  /** On the current rows with a label; null without any. */
  realised: number | null;
  /** estimated − reference. */
  change: MetricChange;
  /** realised − reference. */
  realisedChange: MetricChange;
}

/** A change with its normal interval by the bootstrap's standard error; nulls where a metric is not defined. */
export interface MetricChange {
  value: number | null;
  lower: number | null;
  upper: number | null;
  p: number | null;
}

/** What each bootstrap replicate says of a metric; null where it is not defined. */
export interface MetricReplicate {
  /** The current rows' expected metric by the replicate's calibration. */
  expected: number | null;
  /** Their metric with drawn labels. */
  drawn: number | null;
  /** Estimate less reference, both of rows drawn again. */
  change: number | null;
  realisedChange: number | null;
}

/**
 * A metric's estimate with its intervals by replicates.
 *
 * @param values on the reference, on the current rows as calibrated, and on those with a label
 */
export function estimatedMetric(
  name: EstimatedMetric["name"],
  { reference, plain, realised }: { reference: number | null; plain: number | null; realised: number | null },
  replicates: readonly MetricReplicate[],
  alpha: number,
): EstimatedMetric {
  const each = (of: keyof MetricReplicate) => replicates.map((replicate) => replicate[of]);
  const excess = excessOf(plain, each("expected"));
  const estimated = plain === null ? null : unit(plain - excess);
  return {
    name,
    reference,
    estimated,
    ...around(estimated, each("drawn"), excess, alpha),
    realised,
    change: changeOf(estimated, reference, each("change"), alpha),
    realisedChange: changeOf(realised, reference, each("realisedChange"), alpha),
  };
}

const unit = (value: number): number => Math.min(1, Math.max(0, value));

/** By how much replicates exceed on average what they are replicates of. */
function excessOf(value: number | null, replicates: readonly (number | null)[]): number {
  const known = defined(replicates);
  return value === null || known.length === 0 ? 0 : mean(known) - value;
}

/** How often each of n rows comes up in n draws. */
export function drawnAgain(n: number, random: Random): Float64Array {
  const counts = new Float64Array(n);
  for (let i = 0; i < n; i++) counts[random.int(n)]++;
  return counts;
}

const defined = (values: readonly (number | null)[]): Float64Array => sortedFinite(values.map((v) => v ?? Number.NaN));

/**
 * Normal interval around an estimate, cut at 0 and 1, by the spread of replicates and by the bias that was taken off, which
 * is known no better than to its size.
 */
function around(estimated: number | null, replicates: readonly (number | null)[], excess: number, alpha: number) {
  const known = defined(replicates);
  if (estimated === null || known.length === 0) return { lower: null, upper: null };
  const half = twoSidedZ(1 - alpha) * Math.hypot(standardDeviation(known), excess);
  return { lower: unit(estimated - half), upper: unit(estimated + half) };
}

function changeOf(
  now: number | null,
  reference: number | null,
  replicates: readonly (number | null)[],
  alpha: number,
): MetricChange {
  const known = defined(replicates);
  if (now === null || reference === null || known.length === 0)
    return { value: null, lower: null, upper: null, p: null };
  const value = now - reference;
  const se = standardDeviation(known);
  const half = twoSidedZ(1 - alpha) * se;
  const p = se > 0 ? normalTwoSided(value / se) : Number(value === 0);
  return { value, lower: value - half, upper: value + half, p };
}
