import { createRandom } from "../../core/random.js";
import { type BootstrapOptions, checkBootstrapOptions, DEFAULT_BOOTSTRAP_OPTIONS } from "../score/bootstrap-options.js";
import { type MetricInterval, metricInterval } from "../score/metric-interval.js";
import { byMetric, type Figures, figures, METRIC_OF, type Metric } from "../score/metrics.js";
import { tallyClusters } from "../score/tally-clusters.js";
import { type BalanceRule, chooseThreshold } from "./choose-threshold.js";
import { splitVehicles } from "./split-vehicles.js";
import { type SweepScope, sweepCounts } from "./sweep-counts.js";
import { sweepPoints } from "./sweep-points.js";
import type { SweepTally } from "./sweep-tally.js";

/** How a threshold is picked, and its intervals made. */
export interface SafetyBalanceOptions extends BootstrapOptions {
  rule: BalanceRule;
  /** `vehicle`: picks on half of the vehicles, drawn by the seed, and scores on the rest. */
  split: "none" | "vehicle";
}

export const DEFAULT_SAFETY_BALANCE_OPTIONS: SafetyBalanceOptions = Object.freeze({
  ...DEFAULT_BOOTSTRAP_OPTIONS,
  rule: Object.freeze({ kind: "f1" } as const),
  split: "none",
});

/** Vehicles that count, and their labels of the trigger. */
export interface Share {
  vehicles: number;
  labels: number;
}

/** The threshold that balances misses and nuisances best, and how it would have done. */
export interface SafetyBalance {
  rule: BalanceRule;
  split: "none" | "vehicle";
  /** The threshold; null where none can be picked. */
  value: number | null;
  /** Why there is none; null where there is one. */
  reason: string | null;
  /** True: it is scored on the labels that it was picked on, and looks better than it is. */
  in_sample: boolean;
  picked_on: Share;
  scored_on: Share;
  /** Its score where it is scored; null without a threshold. */
  score: (Figures & { intervals: Record<Metric, MetricInterval> }) | null;
}

/**
 * Recommends a threshold of a sweep, and scores it with percentile intervals by the cluster bootstrap. The interval is that of
 * the chosen threshold, as if it had been given: it knows nothing of the choice. Unless vehicles are split, the score is
 * in-sample and says so.
 *
 * @throws InputError for a bad option
 */
export function safetyBalance(
  tally: SweepTally,
  scope: SweepScope,
  options: Partial<SafetyBalanceOptions> = {},
): SafetyBalance {
  const { rule, split, ...bootstrap } = { ...DEFAULT_SAFETY_BALANCE_OPTIONS, ...options };
  const { seed, resamples, confidence } = checkBootstrapOptions(bootstrap);
  const ids = new Set([...(scope.exposure ?? tally).vehicleIds, ...(scope.labels?.vehicleIds ?? [])]);
  const halves = split === "vehicle" ? splitVehicles(ids, seed) : { pick: ids, score: ids };
  const shareOf = (part: ReadonlySet<string>): Share => ({
    vehicles: part.size,
    labels: labelledVehicles(scope).filter((id) => part.has(id)).length,
  });
  const isIn = (part: ReadonlySet<string>) => (id: string) => part.has(id);
  const picked_on = shareOf(halves.pick);
  const scored_on = shareOf(halves.score);
  const chosen = chooseThreshold(sweepPoints(tally, scope, isIn(halves.pick)), rule);
  const reason = (split === "vehicle" ? unsplittable(ids.size, picked_on, scored_on) : null) ?? chosen.reason;
  const stated = { rule, split, in_sample: split === "none", picked_on, scored_on };
  if (reason !== null || chosen.index === null) return { ...stated, value: null, reason, score: null };

  const counts = sweepCounts(tally, scope, isIn(halves.score));
  const { clusters } = counts;
  const random = createRandom(seed).child("clusters");
  const [{ resampled }] = tallyClusters(clusters, [counts.at(chosen.index)], random, resamples);
  const sums = counts.sums(chosen.index);
  const basis = {
    ...{ clusters: clusters.size, cluster_unit: clusters.unit },
    ...{ events: sums.events, labels: sums.labels },
  };
  const intervals = byMetric((metric) =>
    metricInterval(metric, Float64Array.from(resampled, METRIC_OF[metric]), confidence, basis),
  );
  const score = { ...figures(sums, true), intervals };
  return { ...stated, value: tally.values[chosen.index], reason: null, score };
}

/** The vehicle of every label of the trigger. */
function labelledVehicles({ triggerId, labels }: SweepScope): string[] {
  if (labels === null) return [];
  const { trigger, triggerIds, vehicle, vehicleIds } = labels;
  return Array.from(vehicle, (code) => vehicleIds[code]).filter((_, row) => triggerIds[trigger[row]] === triggerId);
}

function unsplittable(vehicles: number, picked: Share, scored: Share): string | null {
  if (picked.labels + scored.labels === 0) return null;
  if (vehicles < 2) return `a split needs 2 vehicles or more, ${vehicles === 1 ? "there is 1" : "there are none"}`;
  if (picked.labels === 0) return "the half of the vehicles that picks has no labels of the trigger";
  if (scored.labels === 0) return "the half of the vehicles that is scored has no labels of the trigger";
  return null;
}
