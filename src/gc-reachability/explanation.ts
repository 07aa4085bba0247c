import { InputError } from "../core/errors.js";
import { ACTIONS, type Action, REASONS, type Reason } from "./reasons.js";
import { isErasing } from "./selector-rows.js";
import type { GcColumns, GcDecision } from "./types.js";

/** Why an object stays or goes, for people. */
export interface Explanation {
  action: Action;
  reason: Reason;
  /** The hold, protection, exception or minimal-keep rule that keeps it. */
  rule: string | null;
  /** From this object to the tip that keeps it, each needed by the next; this one alone when nothing else keeps it. */
  path: number[];
  /** Plain sentences. */
  words: string;
}

/** An object as far as words about it need it. */
export interface ExplainedObject {
  action: Action;
  reason: Reason;
  rule: string | null;
  class: string | null;
  /** Edges from the tip that keeps it, -1 when nothing does. */
  depth: number;
  /** Erasure request that names it, where that is known. */
  request?: string;
}

/** Why a tip stays: what follows its name. */
function tipWords({ reason, rule, class: className }: ExplainedObject): string {
  switch (reason) {
    case "legal_hold":
      return `is under legal hold ${rule}`;
    case "protected":
      return `is protected by ${rule}`;
    case "exception":
      return `is an exception of the policy (${rule})`;
    case "minimal_keep":
      return `is among the best of its group, which the policy keeps (${rule})`;
    case "unknown":
      return className === null
        ? "has no class, so the policy cannot judge it"
        : `has no time of creation, or its class ${className} is not in the policy, so its age cannot be judged`;
    case "grace":
      return "was made within the grace before the snapshot, when whatever needs it may not be listed yet";
    case "young":
      return `is younger than the horizon of class ${className}`;
    case "recent_access":
      return `was used within the access days of class ${className}`;
    case "class_keep":
      return `is of class ${className}, which is kept for good`;
    case "uneconomic":
      return "is not worth moving to cold storage, or its storage class has no price";
    default:
      return "only moves to cold storage, where it still exists";
  }
}

/**
 * A plain sentence on why an object stays or goes.
 *
 * @param tip the object that keeps it; itself when nothing else does
 */
export function explanationWords(object: ExplainedObject, tip: ExplainedObject): string {
  const { action, reason, depth, request } = object;
  if (reason === "erasure") {
    const who = request === undefined ? "an erasure request" : `the erasure request ${request}`;
    return `Goes: ${who} names it. What still needs it is tainted.`;
  }
  if (reason === "unreached") {
    return action === "transition"
      ? "Moves to cold storage: its class has expired, and nothing that stays needs it."
      : "Goes: its class has expired, no rule keeps it, and nothing that stays needs it.";
  }
  if (depth > 0) {
    const away = depth === 1 ? "" : `, ${depth} steps away,`;
    return `Stays: it is needed${away} by an object that ${tipWords(tip)}.`;
  }
  const shielded =
    request === undefined ? "" : ` The erasure request ${request} has to wait: the policy lets holds win.`;
  return `Stays: it ${tipWords(object)}.${shielded}`;
}

/** The first open erasure request that names an object. */
function openErasure({ erasures, erasureRanges: { row, from, to } }: GcColumns, object: number): string | undefined {
  const rows = row.filter((r, k) => from[k] <= object && object < to[k] && isErasing(erasures[r]));
  return rows.length === 0 ? undefined : erasures[rows.reduce((a, b) => Math.min(a, b))].requestId;
}

function explained(columns: GcColumns, decision: GcDecision, object: number): ExplainedObject {
  const { action, reason, rule, rules, depth } = decision;
  return {
    action: ACTIONS[action[object]],
    reason: REASONS[reason[object]],
    rule: rules[rule[object]] ?? null,
    class: columns.classes[columns.class[object]] ?? null,
    depth: depth[object],
    request: openErasure(columns, object),
  };
}

/**
 * Why one object stays or goes: the rule, the way to what keeps it, and a sentence.
 *
 * @throws InputError when there is no such object
 */
export function explainObject(columns: GcColumns, decision: GcDecision, object: number): Explanation {
  if (!Number.isInteger(object) || object < 0 || object >= columns.n) {
    throw new InputError(`there is no object ${object}: they are 0 to ${columns.n - 1}`, { object, n: columns.n });
  }
  const path: number[] = [];
  for (let at = object; at >= 0; at = decision.parent[at]) path.push(at);
  const own = explained(columns, decision, object);
  const { action, reason, rule } = own;
  return {
    action,
    reason,
    rule,
    path,
    words: explanationWords(own, explained(columns, decision, path[path.length - 1])),
  };
}
