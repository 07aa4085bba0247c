import type { Condition, TriggerOverride, TriggerParameters } from "../types.js";
import type { ParsedOverride, ParsedTrigger } from "./policy-schema.js";

/** What holds for a trigger where no override does. */
export function baseParameters(trigger: Omit<ParsedTrigger, "overrides">): TriggerParameters {
  const { when, dwell_ms, min_samples, release_ms, cooldown_ms, max_gap_ms, on_missing, guards } = trigger;
  const max_event_ms = trigger.max_event_ms ?? Number.POSITIVE_INFINITY;
  const conditions = when.conditions.map(({ exit, ...rest }): Condition => ({ ...rest, exit: exit ?? rest.enter }));
  const times = { dwell_ms, min_samples, release_ms, cooldown_ms, max_gap_ms, max_event_ms };
  return { mode: when.mode, conditions, guards, ...times, on_missing, disabled: false };
}

/** Parameters in full where an override holds: `enter` without `exit` sets both, `exit` alone leaves `enter`. */
export function mergeOverride(base: TriggerParameters, override: ParsedOverride): TriggerOverride {
  const { conditions: given = [], ...rest } = override.set ?? {};
  const conditions = base.conditions.map((condition): Condition => {
    const own = given.find(({ name }) => name === condition.name);
    if (!own) return condition;
    return { ...condition, enter: own.enter ?? condition.enter, exit: own.exit ?? own.enter ?? condition.exit };
  });
  const parameters = { ...base, ...rest, conditions, disabled: override.disabled ?? false };
  const ownThresholds = given.filter(({ enter }) => enter !== undefined).map(({ name }) => name);
  return { geofence: override.geofence, parameters, ownThresholds };
}
