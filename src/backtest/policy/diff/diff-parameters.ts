import type { Condition, Guard, TriggerParameters } from "../../types.js";
import { changedKeys, isEqual, jsonValue } from "./compare-keys.js";
import { pairByName } from "./pair-by-name.js";
import type { PolicyChange, Sensitivity } from "./policy-diff-schema.js";
import { OPPOSITE, ofComparison, ofParameter, ofThreshold } from "./sensitivity.js";

type Draft = Pick<PolicyChange, "kind" | "subject" | "key" | "sensitivity"> & { before: unknown; after: unknown };

const finished = (name: string, draft: Draft): PolicyChange => ({
  ...draft,
  name,
  before: jsonValue(draft.before),
  after: jsonValue(draft.after),
  calls_for: draft.sensitivity === "none" ? "patch" : "minor",
});

function diffCondition(name: string, old: Condition, now: Condition): PolicyChange[] {
  return changedKeys(old, now).map(({ key, before, after }) => {
    const sensitivity =
      key === "enter" && old.op === now.op
        ? ofThreshold(now.op, old.enter, now.enter)
        : key === "op"
          ? ofComparison(old.op, now.op)
          : "unclear";
    return finished(name, { kind: "changed", subject: "condition", key, before, after, sensitivity });
  });
}

function diffConditions(name: string, old: TriggerParameters, now: TriggerParameters): PolicyChange[] {
  const changes = pairByName(old.conditions, now.conditions, (condition) => condition.name).flatMap((pair) => {
    const of = `${name} / ${pair.name}`;
    if (pair.old && pair.now) return diffCondition(of, pair.old, pair.now);
    const kind = pair.now ? "added" : "removed";
    const added: Sensitivity = now.mode === "any" ? "more" : "less";
    const sensitivity = old.mode !== now.mode ? "unclear" : pair.now ? added : OPPOSITE[added];
    return [finished(of, { kind, subject: "condition", key: null, before: pair.old, after: pair.now, sensitivity })];
  });
  const order = ({ conditions }: TriggerParameters) => conditions.map((condition) => condition.name);
  if (changes.length > 0 || isEqual(order(old), order(now))) return changes;
  // The extreme value of an event is that of the first condition.
  const [before, after] = [order(old), order(now)];
  return [
    finished(name, {
      kind: "changed",
      subject: "trigger",
      key: "order of conditions",
      before,
      after,
      sensitivity: "none",
    }),
  ];
}

/** Guards have no names: they are told apart by their signal and the direction of the comparison. */
function guardNames(guards: readonly Guard[]): { guard: Guard; name: string }[] {
  const seen = new Map<string, number>();
  return guards.map((guard) => {
    const base = `${guard.signal} ${guard.op[0]}`;
    const count = (seen.get(base) ?? 0) + 1;
    seen.set(base, count);
    return { guard, name: count === 1 ? base : `${base} (${count})` };
  });
}

function diffGuards(name: string, old: readonly Guard[], now: readonly Guard[]): PolicyChange[] {
  return pairByName(guardNames(old), guardNames(now), (named) => named.name).flatMap((pair) => {
    const of = `${name} / ${pair.name}`;
    const [before, after] = [pair.old?.guard, pair.now?.guard];
    if (!before || !after) {
      const [kind, sensitivity] = after ? (["added", "less"] as const) : (["removed", "more"] as const);
      return [finished(of, { kind, subject: "guard", key: null, before, after, sensitivity })];
    }
    return changedKeys(before, after).map((change) => {
      const sensitivity =
        change.key === "value"
          ? ofThreshold(after.op, before.value, after.value)
          : change.key === "op"
            ? ofComparison(before.op, after.op)
            : "unclear";
      return finished(of, { kind: "changed", subject: "guard", ...change, sensitivity });
    });
  });
}

/** What differs between two sets of parameters of a trigger. */
export function diffParameters(name: string, old: TriggerParameters, now: TriggerParameters): PolicyChange[] {
  const { conditions: _a, guards: _b, ...oldRest } = old;
  const { conditions: _c, guards: _d, ...nowRest } = now;
  return [
    ...changedKeys(oldRest, nowRest).map((change) => {
      const sensitivity = ofParameter(change.key, old, now);
      return finished(name, { kind: "changed", subject: "trigger", ...change, sensitivity });
    }),
    ...diffConditions(name, old, now),
    ...diffGuards(name, old.guards, now.guards),
  ];
}
