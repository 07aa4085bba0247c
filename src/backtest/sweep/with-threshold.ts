import type { Policy, SweepTarget } from "../types.js";
import { moveThreshold } from "./move-threshold.js";

/** The policy with another `enter` of the swept condition: what one point of a sweep runs; see {@link moveThreshold}. */
export function withThreshold(
  policy: Policy,
  target: Pick<SweepTarget, "trigger" | "condition">,
  enter: number,
): Policy {
  const triggers = policy.triggers.map((trigger) =>
    trigger.id === target.trigger ? moveThreshold(trigger, target.condition, enter) : trigger,
  );
  return { ...policy, triggers };
}
