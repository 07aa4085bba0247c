import { InputError } from "../../core/errors.js";
import type { Policy, SweepTarget, Trigger, TriggerParameters } from "../types.js";
import { moveThreshold } from "./move-threshold.js";
import { sweepValues } from "./sweep-values.js";

/** The parameters of one place, and of the swept condition the thresholds at every value. */
export interface SweptParameters {
  parameters: TriggerParameters;
  /** Place of the swept condition among the conditions. */
  swept: number;
  /** By value: both the same at every value where an override keeps its own. */
  enter: Float64Array;
  exit: Float64Array;
}

/** What a sweep runs: the trigger, its thresholds, and the parameters of its base and then of its overrides in order. */
export interface SweepParameters {
  trigger: Trigger;
  values: Float64Array;
  sets: SweptParameters[];
}

/**
 * Works out the thresholds of a sweep, in every place.
 *
 * @throws InputError if the policy has no such trigger or condition, {@link sweepValues} refuses the values, or a threshold
 * leaves the range of its signal (`exit` too: that range limits every threshold)
 */
export function sweepParameters(policy: Policy, target: SweepTarget): SweepParameters {
  const trigger = policy.triggers.find(({ id }) => id === target.trigger);
  const swept = trigger?.parameters.conditions.findIndex(({ name }) => name === target.condition) ?? -1;
  if (trigger === undefined || swept < 0) {
    throw new InputError(`sweep: the policy has no condition "${target.condition}" of a trigger "${target.trigger}"`, {
      trigger: target.trigger,
      condition: target.condition,
    });
  }
  const values = sweepValues(target);
  const sets = [trigger, ...trigger.overrides].map(({ parameters }) => ({
    parameters,
    swept: parameters.conditions.findIndex(({ name }) => name === target.condition),
    enter: new Float64Array(values.length),
    exit: new Float64Array(values.length),
  }));
  values.forEach((value, i) => {
    const moved = moveThreshold(trigger, target.condition, value);
    [moved, ...moved.overrides].forEach(({ parameters }, p) => {
      const { enter, exit } = parameters.conditions[sets[p].swept];
      sets[p].enter[i] = enter;
      sets[p].exit[i] = exit;
    });
  });
  checkRange(policy, trigger.parameters.conditions[swept].signal, sets);
  return { trigger, values, sets };
}

function checkRange(policy: Policy, signal: string, sets: readonly SweptParameters[]): void {
  const range = (policy.signals.get(signal) ?? policy.derived.find(({ name }) => name === signal))?.range;
  if (range === undefined) return;
  const [low, high] = range;
  for (const { enter, exit } of sets) {
    for (const [name, thresholds] of Object.entries({ enter, exit })) {
      const outside = thresholds.find((x) => x < low || x > high);
      if (outside === undefined) continue;
      throw new InputError(
        `sweep: ${name} would be ${outside}, outside the range [${low}, ${high}] of signal "${signal}", which limits every ` +
          `threshold on it; sweep less far${name === "exit" ? ` (exit moves along with enter)` : ""}`,
        { signal, range, outside },
      );
    }
  }
}
