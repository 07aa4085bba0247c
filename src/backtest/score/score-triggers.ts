import { createRandom } from "../../core/random.js";
import type { EventTable } from "../types.js";
import { type BootstrapOptions, checkBootstrapOptions, DEFAULT_BOOTSTRAP_OPTIONS } from "./bootstrap-options.js";
import { countByCluster, createClusters, type ScoredLabels } from "./clusters.js";
import type { Exposure } from "./exposure.js";
import { type MetricInterval, metricInterval } from "./metric-interval.js";
import { byMetric, type Figures, figures, METRIC_OF, type Metric } from "./metrics.js";
import { missesBySeverity, type SeverityMisses } from "./misses-by-severity.js";
import { poolCounts, type Tally, tallyClusters } from "./tally-clusters.js";

/** What is scored: the events of one run, over what was driven, against labels if there are any. */
export interface ScoreInput {
  /** Triggers to score, also those without events. */
  triggerIds: readonly string[];
  events: EventTable;
  exposure: Exposure;
  /** Null: only how many alerts there are can be told. */
  labels: ScoredLabels | null;
}

/** Score of a trigger, or of all together. */
export type TriggerScore = Figures & {
  /** Labels without a row of their vehicle within the tolerance; they count as missed. */
  labels_uncovered: number | null;
  /** Null where the labels have no severity. */
  misses_by_severity: SeverityMisses[] | null;
  /** Percentile intervals of the figures. */
  intervals: Record<Metric, MetricInterval>;
};

/** Scores of a run. */
export interface Score {
  /** In the order of the input. */
  triggers: Map<string, TriggerScore>;
  /** All triggers together. */
  overall: TriggerScore;
}

/**
 * Scores the events of every trigger against its labels: counts, precision, recall, F1, false alarms and misses per 1000 km
 * and per vehicle-day, and how many alerts there are, each with a percentile interval by the cluster bootstrap.
 *
 * Clusters are the vehicles with rows or labels, of fewer than ten vehicles their days; all figures come from the same
 * resamples. Labels of triggers that are not asked for are left out.
 *
 * @throws InputError for a bad option, or an event of a vehicle without rows
 *
 * @example
 * const match = matchEvents(events, table, 2000);
 * const { triggers } = scoreTriggers({ triggerIds: ["hard_brake"], events, exposure, labels: { table, match, covered } });
 * triggers.get("hard_brake")?.precision; // 0.83
 */
export function scoreTriggers(input: ScoreInput, options: Partial<BootstrapOptions> = {}): Score {
  const { seed, resamples, confidence } = checkBootstrapOptions({ ...DEFAULT_BOOTSTRAP_OPTIONS, ...options });
  const { triggerIds, events, exposure, labels } = input;
  const clusters = createClusters(exposure, labels?.table ?? null, triggerIds);
  const counts = countByCluster(clusters, triggerIds, events, labels);
  const random = createRandom(seed).child("clusters");
  const tallies = tallyClusters(clusters, [...counts, poolCounts(clusters, counts)], random, resamples);
  const scored = new Set(triggerIds);

  const scoreOf = (tally: Tally, isScored: (triggerId: string) => boolean): TriggerScore => ({
    ...figures(tally.total, labels !== null),
    labels_uncovered: labels && countUncovered(labels, isScored),
    misses_by_severity: labels && missesBySeverity(labels, isScored),
    intervals: byMetric((metric) =>
      metricInterval(metric, Float64Array.from(tally.resampled, METRIC_OF[metric]), confidence, {
        clusters: clusters.size,
        cluster_unit: clusters.unit,
        events: tally.total.events,
        labels: labels && tally.total.labels,
      }),
    ),
  });
  return {
    triggers: new Map(triggerIds.map((id, k) => [id, scoreOf(tallies[k], (other) => other === id)])),
    overall: scoreOf(tallies[triggerIds.length], (id) => scored.has(id)),
  };
}

function countUncovered({ table, covered }: ScoredLabels, isScored: (triggerId: string) => boolean): number {
  return covered.reduce(
    (count, isCovered, row) => count + Number(isCovered === 0 && isScored(table.triggerIds[table.trigger[row]])),
    0,
  );
}
