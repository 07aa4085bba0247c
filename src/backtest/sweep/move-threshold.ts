import type { Condition, Trigger, TriggerOverride, TriggerParameters } from "../types.js";
import { roundThreshold } from "./sweep-values.js";

/**
 * The trigger with another `enter` of one condition. `exit` moves along, so that the width of the hysteresis stays; both are
 * rounded to 12 digits. Overrides that give `enter` of the condition themselves keep their thresholds; in all others it moves
 * too, each with its own width.
 */
export function moveThreshold(trigger: Trigger, condition: string, enter: number): Trigger {
  const base = trigger.parameters.conditions.find(({ name }) => name === condition);
  const overrides = trigger.overrides.map((override): TriggerOverride => {
    if (base && givesThreshold(override, base)) return override;
    return { ...override, parameters: moved(override.parameters, condition, enter) };
  });
  return { ...trigger, parameters: moved(trigger.parameters, condition, enter), overrides };
}

function givesThreshold({ ownThresholds, parameters }: TriggerOverride, base: Condition): boolean {
  if (ownThresholds) return ownThresholds.includes(base.name);
  const own = parameters.conditions.find(({ name }) => name === base.name);
  return own !== undefined && (own.enter !== base.enter || own.exit !== base.exit);
}

function moved(parameters: TriggerParameters, name: string, enter: number): TriggerParameters {
  const conditions = parameters.conditions.map((condition) => {
    if (condition.name !== name) return condition;
    const width = condition.exit - condition.enter;
    return { ...condition, enter, exit: width === 0 ? enter : roundThreshold(enter + width) };
  });
  return { ...parameters, conditions };
}
