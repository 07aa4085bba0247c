import type { Policy, SweepTarget } from "../types.js";
import { type SafetyBalanceOptions, safetyBalance } from "./safety-balance.js";
import type { SweepScope } from "./sweep-counts.js";
import { sweepParameters } from "./sweep-parameters.js";
import { sweepPoints } from "./sweep-points.js";
import type { SweepResult } from "./sweep-schema.js";
import type { SweepTally } from "./sweep-tally.js";

/** A sweep that has run, and what it is scored with. */
export interface SweepInput extends Omit<SweepScope, "triggerId"> {
  policy: Policy;
  target: SweepTarget;
  /** Of all vehicles. */
  tally: SweepTally;
}

/**
 * Puts a sweep together for `sweep.json`: every threshold with its score, the Pareto front of misses and nuisances, and the
 * threshold that a rule picks. The command adds `schema`, `version` and `createdFrom` ({@link SweepFileSchema}).
 *
 * @throws InputError for a bad option
 * @example
 * const result = sweepResult({ policy, target, tally: sweeper.finish(), labels, exposure }, { split: "vehicle", seed: 1 });
 * result.choice.value; // the threshold
 */
export function sweepResult(
  { policy, target, tally, labels, exposure }: SweepInput,
  options: Partial<SafetyBalanceOptions> = {},
): SweepResult {
  const { trigger, sets } = sweepParameters(policy, target);
  const [base] = sets;
  const { signal, op, enter, exit } = base.parameters.conditions[base.swept];
  const unit = (policy.signals.get(signal) ?? policy.derived.find(({ name }) => name === signal))?.unit ?? null;
  const { low, high, step } = target;
  const scope = { triggerId: trigger.id, labels, exposure };
  const points = sweepPoints(tally, scope).map(({ value, ...figures }, i) => ({
    ...{ value, exit: base.exit[i] },
    ...figures,
  }));
  return {
    target: { trigger: trigger.id, condition: target.condition, signal, unit, op, enter, exit, low, high, step },
    points,
    pareto: { values: points.filter(({ pareto }) => pareto).map(({ value }) => value), in_sample: true },
    choice: safetyBalance(tally, scope, options),
  };
}
