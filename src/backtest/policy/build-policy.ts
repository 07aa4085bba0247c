import type { Policy } from "../types.js";
import { baseParameters, mergeOverride } from "./merge-override.js";
import type { ParsedPolicy } from "./policy-schema.js";

/** The policy of a checked file: overrides worked out in full, null where the file says nothing. */
export function buildPolicy(file: ParsedPolicy): Policy {
  const { compat, expected_impact: impact, triggers, signals, ...rest } = file;
  return {
    ...rest,
    compat: { edge: compat?.edge ?? null, cloud: compat?.cloud ?? null },
    rationale: file.rationale ?? null,
    risk: file.risk ?? null,
    expected_impact: impact
      ? { alerts_per_day: impact.alerts_per_day ?? null, coverage_gain: impact.coverage_gain ?? null }
      : null,
    signals: new Map(Object.entries(signals)),
    triggers: triggers.map((trigger) => {
      const parameters = baseParameters(trigger);
      const overrides = trigger.overrides.map((override) => mergeOverride(parameters, override));
      return { id: trigger.id, enabled: trigger.enabled, parameters, overrides };
    }),
  };
}
