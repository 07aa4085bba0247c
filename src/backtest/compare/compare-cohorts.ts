import { compareUtf8 } from "../../core/compare-utf8.js";
import { InputError } from "../../core/errors.js";
import { createRandom } from "../../core/random.js";
import { countByCluster, createClusters } from "../score/clusters.js";
import { type Figures, figures } from "../score/metrics.js";
import type { ScoreInput } from "../score/score-triggers.js";
import { poolCounts, tallyClusters } from "../score/tally-clusters.js";
import { type Arm, COHORTS, type Cohort } from "./arm.js";
import { type CohortBalance, compareBalance } from "./cohort-balance.js";
import { type CohortContrasts, contrastCohorts } from "./cohort-contrasts.js";
import { type CohortOptions, checkCohortOptions, DEFAULT_COHORT_OPTIONS } from "./cohort-options.js";
import { decideRollout, type RolloutVerdict } from "./decide-rollout.js";
import { checkGuardrails, type Guardrail } from "./guardrails.js";

/** A trigger, or all together, in both cohorts. */
export interface CohortComparison extends Record<Cohort, Figures> {
  contrasts: CohortContrasts;
}

/** Canary against control. */
export interface CohortReport {
  balance: CohortBalance;
  /** In the order of the input. */
  triggers: Map<string, CohortComparison>;
  overall: CohortComparison;
  guardrails: Guardrail[];
  verdict: RolloutVerdict;
  /** What decided. */
  reasons: string[];
}

/**
 * Compares the vehicles of a canary with those of its control: ratios and differences of the rate of alerts, differences of
 * precision and recall, guardrails on them, and what to do next. Each cohort is resampled by its own clusters.
 *
 * @param cohortOf cohort of each vehicle, `canary` or `control`; vehicles without one are counted and left out
 * @throws InputError for another name of a cohort, or a bad option
 *
 * @example
 * const { verdict, reasons } = compareCohorts({ triggerIds, events, exposure, labels }, cohortOf, { maxRateRatio: 1.1 });
 */
export function compareCohorts(
  input: ScoreInput,
  cohortOf: ReadonlyMap<string, string>,
  options: Partial<CohortOptions> = {},
): CohortReport {
  const settings = checkCohortOptions({ ...DEFAULT_COHORT_OPTIONS, ...options });
  checkNames(cohortOf);
  const [canary, control] = COHORTS.map((name) => resampleCohort(name, input, cohortOf, settings));
  const hasLabels = input.labels !== null;
  const compare = (place: number): CohortComparison => ({
    canary: figures(canary.tallies[place].total, hasLabels),
    control: figures(control.tallies[place].total, hasLabels),
    contrasts: contrastCohorts(canary, control, place, hasLabels, settings.confidence),
  });
  const balance = compareBalance(canary, control, input.exposure, cohortOf, settings);
  const guardrails = checkGuardrails(canary, control, input.triggerIds, hasLabels, settings);
  return {
    balance,
    triggers: new Map(input.triggerIds.map((id, place) => [id, compare(place)])),
    overall: compare(input.triggerIds.length),
    guardrails,
    ...decideRollout(guardrails, balance, settings),
  };
}

function checkNames(cohortOf: ReadonlyMap<string, string>): void {
  const others = [...new Set(cohortOf.values())].filter((name) => !(COHORTS as readonly string[]).includes(name));
  if (others.length === 0) return;
  const named = others.sort(compareUtf8).map((name) => `"${name}"`);
  throw new InputError(`a cohort must be "canary" or "control", got ${named.join(", ")}`, { cohorts: others });
}

function resampleCohort(
  name: Cohort,
  { triggerIds, events, exposure, labels }: ScoreInput,
  cohortOf: ReadonlyMap<string, string>,
  { seed, resamples }: CohortOptions,
): Arm {
  const clusters = createClusters(exposure, labels?.table ?? null, triggerIds, (id) => cohortOf.get(id) === name);
  const counts = countByCluster(clusters, triggerIds, events, labels);
  const random = createRandom(seed).child("cohorts").child(name);
  return { clusters, tallies: tallyClusters(clusters, [...counts, poolCounts(clusters, counts)], random, resamples) };
}
