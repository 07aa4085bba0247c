import { VERSION } from "../core/version.js";
import type { BacktestFile } from "./backtest-schema.js";
import type { BaselineComparison, MetricDifference } from "./compare/compare-baseline.js";
import type { CohortReport } from "./compare/compare-cohorts.js";
import { type Exposure, exposureTotals } from "./score/exposure.js";
import type { Score } from "./score/score-triggers.js";
import type { LabelTable, Policy } from "./types.js";

/** A policy that was replayed. */
export interface ReplayedPolicy {
  policy: Policy;
  /** SHA-256 of the bytes of its file. */
  digest: string;
}

/** All that `metrics.json` is made of; the sections that a run does not have are left out. */
export interface BacktestParts extends ReplayedPolicy {
  createdFrom: BacktestFile["createdFrom"];
  input: BacktestFile["input"];
  exposure: Exposure;
  score: Score;
  /** Null without labels. */
  labels: LabelTable | null;
  baseline?: ReplayedPolicy & { comparison: BaselineComparison };
  cohorts?: CohortReport;
  regions?: BacktestFile["regions"];
  tileBoundaries?: BacktestFile["tile_boundaries"];
  mapMatch?: BacktestFile["map_match"];
}

/**
 * Puts `metrics.json` together: scores by trigger, what was driven, what was read, and what the policy promised beside what
 * it did.
 *
 * @example
 * const file = backtestResult({ policy, digest, createdFrom, input, exposure, score, labels });
 * file.triggers.hard_brake.recall;
 */
export function backtestResult(parts: BacktestParts): BacktestFile {
  const { policy, score, labels, baseline, cohorts, regions, tileBoundaries, mapMatch } = parts;
  return {
    schema: "fleetlens.backtest/1",
    version: VERSION,
    createdFrom: parts.createdFrom,
    policy_digest: parts.digest,
    policy: {
      version: policy.version,
      rationale: policy.rationale,
      risk: policy.risk,
      expected_impact: expectedImpact(policy, score, baseline?.comparison),
    },
    input: parts.input,
    exposure: exposureTotals(parts.exposure),
    triggers: byId(score.triggers),
    overall: score.overall,
    labels_of_other_triggers: labels && countOthers(labels, score.triggers),
    ...(baseline && { baseline: baselineSection(baseline) }),
    ...(cohorts && { cohorts: { ...cohorts, triggers: byId(cohorts.triggers) } }),
    ...(regions && { regions }),
    ...(tileBoundaries && { tile_boundaries: tileBoundaries }),
    ...(mapMatch && { map_match: mapMatch }),
  };
}

/** An object by id: `fromEntries` makes own keys, also of an id such as `__proto__`. */
function byId<T>(entries: ReadonlyMap<string, T>): Record<string, T> {
  return Object.fromEntries(entries);
}

function countOthers({ trigger, triggerIds }: LabelTable, scored: ReadonlyMap<string, unknown>): number {
  return trigger.filter((code) => !scored.has(triggerIds[code])).length;
}

function baselineSection({ policy, digest, comparison }: NonNullable<BacktestParts["baseline"]>) {
  return {
    version: policy.version,
    policy_digest: digest,
    triggers: byId(comparison.triggers),
    overall: comparison.overall,
  };
}

type Impact = BacktestFile["policy"]["expected_impact"];

function expectedImpact(
  { expected_impact }: Policy,
  { overall }: Score,
  comparison: BaselineComparison | undefined,
): Impact {
  return {
    alerts_per_day: hold(expected_impact?.alerts_per_day, {
      value: overall.alerts_per_day,
      ...overall.intervals.alerts_per_day,
    }),
    coverage_gain: hold(expected_impact?.coverage_gain, comparison?.overall.differences.recall ?? NO_BASELINE),
  };
}

type Measured = Pick<MetricDifference, "value" | "lower" | "upper" | "reason">;

const NO_BASELINE: Measured = Object.freeze({ value: null, lower: null, upper: null, reason: "no baseline" });

/** What was expected against what was measured. */
function hold(
  expected: number | null | undefined,
  { value, lower, upper, reason }: Measured,
): Impact["alerts_per_day"] {
  if (expected === null || expected === undefined) return null;
  const holds = lower === null || upper === null ? null : lower <= expected && expected <= upper;
  return { expected, measured: value, lower, upper, holds, reason };
}
