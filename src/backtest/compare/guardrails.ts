import { finiteOrNull } from "../../core/finite-or-null.js";
import { percentileInterval } from "../score/metric-interval.js";
import { METRIC_OF, type Sums } from "../score/metrics.js";
import type { Tally } from "../score/tally-clusters.js";
import type { Arm } from "./arm.js";
import { type Compare, differenceOf, fewestClusters, ratioOf, resampledContrast } from "./cohort-contrasts.js";
import type { CohortOptions } from "./cohort-options.js";

/** A contrast of canary and control held against its limit. */
export interface Guardrail {
  /** Null: all triggers together. */
  trigger: string | null;
  check: "max_rate_ratio" | "min_rate_ratio" | "max_recall_drop";
  /** Ratio of the rates, or recall of the canary − that of the control; null where undefined. */
  value: number | null;
  lower: number | null;
  upper: number | null;
  /** Of a drop of recall the negative difference that is still allowed. */
  limit: number;
  /** Keeps the limit, breaks it, or cannot be told. */
  verdict: "pass" | "fail" | "hold";
  /** Why. */
  reason: string;
}

interface Rule extends Pick<Guardrail, "check" | "limit"> {
  value: Compare;
  /** How far inside of the limit, as a difference: defined even where a ratio is not. */
  slack: Compare;
  /** What keeps it from being decided, if anything. */
  lacks: (canary: Sums, control: Sums) => string | null;
}

/**
 * Guardrails of every trigger that has an event or a label, and of all triggers together. One passes where the interval of
 * its slack lies inside of the limit. It fails where the interval lies outside at a confidence corrected for the number of
 * guardrails (Bonferroni), since a single one that fails turns the rollout back.
 *
 * @param triggerIds triggers in the order of the tallies, which end with that of all together
 */
export function checkGuardrails(
  canary: Arm,
  control: Arm,
  triggerIds: readonly string[],
  hasLabels: boolean,
  options: CohortOptions,
): Guardrail[] {
  const places = [...triggerIds.keys(), triggerIds.length].filter((place) =>
    [canary, control].some(({ tallies }) => tallies[place].total.events + tallies[place].total.labels > 0),
  );
  const rules = rulesOf(canary.tallies, control.tallies, hasLabels, options);
  const { confidence } = options;
  const corrected = 1 - (1 - confidence) / Math.max(1, places.length * rules.length);
  const clusters = fewestClusters(canary, control);

  const check = (place: number, { check, limit, value, slack, lacks }: Rule): Guardrail => {
    const [own, other] = [canary.tallies[place], control.tallies[place]];
    const { lower, upper } = percentileInterval(resampledContrast(own, other, value), confidence, clusters);
    const slacks = resampledContrast(own, other, slack);
    const inside = percentileInterval(slacks, confidence, clusters);
    const outside = percentileInterval(slacks, corrected, clusters);
    const lack = lacks(own.total, other.total) ?? inside.reason;
    const passes = lack === null && (inside.lower as number) >= 0;
    const fails = lack === null && outside.upper !== null && outside.upper < 0;
    return {
      trigger: triggerIds[place] ?? null,
      check,
      value: finiteOrNull(value(own.total, other.total)),
      lower,
      upper,
      limit,
      verdict: passes ? "pass" : fails ? "fail" : "hold",
      reason: lack ?? (passes ? "inside of the limit" : fails ? "outside of the limit" : "not told from the limit"),
    };
  };
  return places.flatMap((place) => rules.map((rule) => check(place, rule)));
}

function rulesOf(canary: Tally[], control: Tally[], hasLabels: boolean, options: CohortOptions): Rule[] {
  const driven = [canary, control].every((tallies) => tallies[0].total.km > 0);
  const metric = driven ? "alerts_per_1000km" : "alerts_per_vehicle_day";
  const [rate, exposure] = [METRIC_OF[metric], driven ? "km" : "vehicleDays"] as const;
  const lacksEvents: Rule["lacks"] = (own, other) =>
    tooFew("events", [
      Math.max(own.events, (other.events * own[exposure]) / other[exposure]),
      Math.max(other.events, (own.events * other[exposure]) / own[exposure]),
    ]);
  const lacksLabels: Rule["lacks"] = (own, other) => tooFew("labels", [own.labels, other.labels]);
  const tooFew = (what: string, counts: number[]): string | null =>
    counts.every((count) => count >= options.minEvents) ? null : `fewer than ${options.minEvents} ${what} in a cohort`;

  const { maxRateRatio, minRateRatio, maxRecallDrop } = options;
  const most: Rule = {
    check: "max_rate_ratio",
    limit: maxRateRatio,
    value: ratioOf(metric),
    slack: (own, other) => maxRateRatio * rate(other) - rate(own),
    lacks: lacksEvents,
  };
  const least: Rule = {
    check: "min_rate_ratio",
    limit: minRateRatio,
    value: ratioOf(metric),
    slack: (own, other) => rate(own) - minRateRatio * rate(other),
    lacks: lacksEvents,
  };
  const recall: Rule = {
    check: "max_recall_drop",
    limit: -maxRecallDrop,
    value: differenceOf("recall"),
    slack: (own, other) => differenceOf("recall")(own, other) + maxRecallDrop,
    lacks: lacksLabels,
  };
  return [most, hasLabels ? recall : least];
}
