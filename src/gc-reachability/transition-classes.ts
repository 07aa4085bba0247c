import type { RetentionPolicy } from "./retention-policy.js";
import type { GcColumns } from "./types.js";

/** Of each class code: whether the policy moves expired objects of it to another storage class. */
export function transitionClasses({ classes }: GcColumns, policy: RetentionPolicy): boolean[] {
  return classes.map((name) => Object.hasOwn(policy.classes, name) && policy.classes[name].on_expire === "transition");
}
