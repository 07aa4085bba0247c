import { createRandom } from "../../core/random.js";
import { type BootstrapOptions, checkBootstrapOptions, DEFAULT_BOOTSTRAP_OPTIONS } from "../score/bootstrap-options.js";
import { countByCluster, createClusters, type ScoredLabels } from "../score/clusters.js";
import type { Exposure } from "../score/exposure.js";
import { matchEvents } from "../score/match-events.js";
import { type MetricInterval, metricInterval } from "../score/metric-interval.js";
import { byMetric, type Figures, figures, METRIC_OF, type Metric } from "../score/metrics.js";
import { poolCounts, type Tally, tallyClusters } from "../score/tally-clusters.js";
import type { EventTable, LabelTable, MatchResult } from "../types.js";

/** Events of one policy: its triggers, and how its events pair with the labels (null without labels). */
export interface PolicyRun {
  triggerIds: readonly string[];
  events: EventTable;
  labels: ScoredLabels | null;
}

/** A difference, policy − baseline, with its paired interval. */
export interface MetricDifference extends MetricInterval {
  /** Null where either side is undefined. */
  value: number | null;
}

/** What a policy changes about a trigger, or about all together. */
export interface TriggerChange {
  /** Which of the policies have the trigger; one that lacks it counts as one without events. */
  in: "both" | "policy" | "baseline";
  /** Events of the policy that overlap none of the baseline. */
  added: number;
  /** Events of the baseline that overlap none of the policy. */
  removed: number;
  /** Events of both, paired one to one where they overlap. */
  common: number;
  /** Added and removed events that have a label; null without labels. */
  added_tp: number | null;
  removed_tp: number | null;
  baseline: Figures;
  policy: Figures;
  differences: Record<Metric, MetricDifference>;
}

/** What a policy changes. */
export interface BaselineComparison {
  /** Triggers of either policy: the policy's in its order, then those that only the baseline has. */
  triggers: Map<string, TriggerChange>;
  overall: TriggerChange;
}

/**
 * Compares two policies that were replayed over the same rows.
 *
 * Events of one trigger and vehicle are the same event where they overlap or touch in time, one to one, as
 * {@link matchEvents} pairs them at a tolerance of 0. Differences of all figures come with paired intervals: both policies
 * see the same resamples of the clusters.
 *
 * @param exposure what was driven, the same for both
 * @throws InputError for a bad option, or an event of a vehicle without rows
 *
 * @example
 * const { triggers } = compareBaseline(after, before, exposure, { seed: 1 });
 * triggers.get("hard_brake")?.differences.recall; // { value: 0.04, lower: 0.01, upper: 0.07, ... }
 */
export function compareBaseline(
  policy: PolicyRun,
  baseline: PolicyRun,
  exposure: Exposure,
  options: Partial<BootstrapOptions> = {},
): BaselineComparison {
  const { seed, resamples, confidence } = checkBootstrapOptions({ ...DEFAULT_BOOTSTRAP_OPTIONS, ...options });
  const triggerIds = [...new Set([...policy.triggerIds, ...baseline.triggerIds])];
  const clusters = createClusters(exposure, policy.labels?.table ?? null, triggerIds);
  const counts = [policy, baseline].map(({ events, labels }) => {
    const own = countByCluster(clusters, triggerIds, events, labels);
    return [...own, poolCounts(clusters, own)];
  });
  const tallies = tallyClusters(clusters, counts.flat(), createRandom(seed).child("clusters"), resamples);
  const changes = countChanges(policy, baseline);
  const hasLabels = policy.labels !== null;

  const changeOf = (after: Tally, before: Tally, id?: string): TriggerChange => {
    const [own, old] = [figures(after.total, hasLabels), figures(before.total, hasLabels)];
    const basis = {
      clusters: clusters.size,
      cluster_unit: clusters.unit,
      events: own.events + old.events,
      labels: own.labels,
    };
    return {
      in: sideOf(id, policy, baseline),
      ...changes(id),
      baseline: old,
      policy: own,
      differences: byMetric((metric) => ({
        value: differenceOf(own[metric], old[metric]),
        ...metricInterval(metric, resampledDifferences(metric, after, before), confidence, basis),
      })),
    };
  };
  const size = triggerIds.length;
  return {
    triggers: new Map(triggerIds.map((id, k) => [id, changeOf(tallies[k], tallies[size + 1 + k], id)])),
    overall: changeOf(tallies[size], tallies[2 * size + 1]),
  };
}

function sideOf(id: string | undefined, policy: PolicyRun, baseline: PolicyRun): TriggerChange["in"] {
  if (id === undefined) return "both";
  if (!baseline.triggerIds.includes(id)) return "policy";
  return policy.triggerIds.includes(id) ? "both" : "baseline";
}

function differenceOf(own: number | null, old: number | null): number | null {
  return own === null || old === null ? null : own - old;
}

function resampledDifferences(metric: Metric, after: Tally, before: Tally): Float64Array {
  return Float64Array.from(
    after.resampled,
    (sums, k) => METRIC_OF[metric](sums) - METRIC_OF[metric](before.resampled[k]),
  );
}

type Changes = Pick<TriggerChange, "added" | "removed" | "common" | "added_tp" | "removed_tp">;

/** Counts added, removed and common events; of a trigger, or without id of all. */
function countChanges(policy: PolicyRun, baseline: PolicyRun): (triggerId?: string) => Changes {
  const pairs = pairEvents(policy.events, baseline.events);
  return (id) => {
    const alone = ({ events, labels }: PolicyRun, partner: Int32Array) => {
      const isOwn = (row: number) => id === undefined || events.triggerIds[events.trigger[row]] === id;
      const rows = [...partner.keys()].filter(isOwn);
      const unpaired = rows.filter((row) => partner[row] < 0);
      const labelOf = labels?.match.labelOfEvent;
      const labelled = labelOf ? unpaired.filter((row) => labelOf[row] >= 0).length : null;
      return { all: rows.length, unpaired: unpaired.length, labelled };
    };
    const [own, old] = [alone(policy, pairs.labelOfEvent), alone(baseline, pairs.eventOfLabel)];
    return {
      added: own.unpaired,
      removed: old.unpaired,
      common: own.all - own.unpaired,
      added_tp: own.labelled,
      removed_tp: old.labelled,
    };
  };
}

/** Pairs the events of two replays of the same rows, where they overlap or touch in time: those of `before` stand for labels. */
export function pairEvents(after: EventTable, before: EventTable): MatchResult {
  return matchEvents(after, asLabels(before), 0);
}

/** Events as something to pair with. */
function asLabels({ triggerIds, trigger, vehicleIds, vehicle, onsetTs, endTs }: EventTable): LabelTable {
  const labelIds = new Array<string>(onsetTs.length).fill("");
  return { labelIds, triggerIds, trigger, vehicleIds, vehicle, ts: onsetTs, endTs, severity: null };
}
