/** Why an object stays or goes, in the order in which the rules are tried; {@link GcDecision.reason} indexes it. */
export const REASONS = Object.freeze([
  "erasure",
  "legal_hold",
  "protected",
  "reachable",
  "exception",
  "minimal_keep",
  "unknown",
  "grace",
  "young",
  "recent_access",
  "class_keep",
  "referenced",
  "uneconomic",
  "unreached",
] as const);
export type Reason = (typeof REASONS)[number];
/** Place of each reason in {@link REASONS}. */
export const REASON = Object.freeze(Object.fromEntries(REASONS.map((name, i) => [name, i])) as Record<Reason, number>);

/** What happens to an object; {@link GcDecision.action} indexes it. */
export const ACTIONS = Object.freeze(["keep", "transition", "delete"] as const);
export type Action = (typeof ACTIONS)[number];
/** Place of each action in {@link ACTIONS}. */
export const ACTION = Object.freeze(Object.fromEntries(ACTIONS.map((name, i) => [name, i])) as Record<Action, number>);
