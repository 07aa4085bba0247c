import { type Action, REASONS, type Reason } from "../../src/gc-reachability/index.js";

interface ReasonWords {
  /** Short, for charts: a phone shows about 14 characters. */
  label: string;
  /** The rule as a sentence about the objects. */
  rule: string;
}

const WORDS: Readonly<Record<Reason, ReasonWords>> = Object.freeze({
  erasure: {
    label: "erasure request",
    rule: "A person's erasure request covers them. They go at once, whatever still refers to them.",
  },
  legal_hold: { label: "legal hold", rule: "A legal hold that is in force covers them." },
  protected: {
    label: "protected",
    rule: "A protection that is in force names them: registry channel, golden dataset, signed card, snapshot or the like.",
  },
  reachable: {
    label: "needed by protected",
    rule: "Something held or protected needs them, directly or through others.",
  },
  exception: { label: "exception", rule: "The policy excepts them." },
  minimal_keep: {
    label: "best of its group",
    rule: "They are among the best of their group, of which the policy keeps some.",
  },
  unknown: {
    label: "unknown",
    rule: "Their class is not in the policy or their creation time is unknown; in doubt they stay.",
  },
  grace: {
    label: "too new",
    rule: "They are newer than the grace period before the inventory: edges to them may still be missing.",
  },
  young: { label: "within horizon", rule: "They are younger than the horizon of their class." },
  recent_access: { label: "used lately", rule: "They were used within the access days of their class." },
  class_keep: { label: "class is kept", rule: "The policy keeps their class for good." },
  referenced: {
    label: "needed by others",
    rule: "Something else that stays needs them, directly or through others.",
  },
  uneconomic: {
    label: "not worth moving",
    rule: "They are due to move, but moving them would not pay back in time; they stay where they are.",
  },
  unreached: {
    label: "to move",
    rule: "Past their horizon, unused, and needed by nothing that stays; the policy moves their class to colder storage.",
  },
});

const DELETED: ReasonWords = Object.freeze({
  label: "to delete",
  rule: "Past their horizon, unused, and needed by nothing that stays; the policy deletes their class.",
});

/** What a reason means; objects that nothing needs may be deleted or moved. */
export function reasonWords(reason: Reason, action: Action): ReasonWords {
  return reason === "unreached" && action === "delete" ? DELETED : WORDS[reason];
}

/** Sorts by the order in which the rules are tried. */
export function byRule(a: { reason: Reason; action: Action }, b: { reason: Reason; action: Action }): number {
  const order = ({ reason, action }: typeof a) =>
    reason === "unreached" && action === "delete" ? REASONS.length : REASONS.indexOf(reason);
  return order(a) - order(b);
}
