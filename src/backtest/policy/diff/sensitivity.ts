import type { Comparison, TriggerParameters } from "../../types.js";
import type { Sensitivity } from "./policy-diff-schema.js";

export const OPPOSITE = Object.freeze({ more: "less", less: "more", unclear: "unclear", none: "none" } as const);

/** One word for several changes at once. */
export function together(all: readonly Sensitivity[]): Sensitivity {
  const kinds = new Set(all.filter((one) => one !== "none"));
  if (kinds.size === 0) return "none";
  return kinds.size === 1 ? [...kinds][0] : "unclear";
}

const isBelow = (op: Comparison): boolean => op === "<" || op === "<=";

/** A threshold that moved: more values satisfy the comparison, or fewer. */
export function ofThreshold(op: Comparison, before: number, after: number): Sensitivity {
  return after > before === isBelow(op) ? "more" : "less";
}

/** Another comparison: with equality more values satisfy it; the other direction is another condition. */
export function ofComparison(before: Comparison, after: Comparison): Sensitivity {
  if (isBelow(before) !== isBelow(after)) return "unclear";
  return after.length > before.length ? "more" : "less";
}

/**
 * A number or a word of a trigger that changed. Longer dwell, more samples and longer cooldown give fewer events. What keeps
 * events open longer may merge some and let others last, so nothing can be said.
 */
export function ofParameter(key: string, before: TriggerParameters, after: TriggerParameters): Sensitivity {
  switch (key) {
    case "dwell_ms":
    case "min_samples":
    case "cooldown_ms":
      return after[key] > before[key] ? "less" : "more";
    case "disabled":
      return after.disabled ? "less" : "more";
    case "mode":
      if (before.conditions.length === 1 && after.conditions.length === 1) return "none";
      return after.mode === "any" ? "more" : "less";
    default:
      return "unclear";
  }
}
