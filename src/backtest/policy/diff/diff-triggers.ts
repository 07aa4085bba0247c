import type { Trigger, TriggerOverride } from "../../types.js";
import { isEqual, jsonValue } from "./compare-keys.js";
import { diffParameters } from "./diff-parameters.js";
import { pairByName } from "./pair-by-name.js";
import type { PolicyChange } from "./policy-diff-schema.js";
import { OPPOSITE, together } from "./sensitivity.js";

/** Triggers that were added, removed or changed. */
export function diffTriggers(before: readonly Trigger[], after: readonly Trigger[]): PolicyChange[] {
  return pairByName(before, after, ({ id }) => id).flatMap(({ name, old, now }): PolicyChange[] => {
    if (old && now) return diffTrigger(name, old, now);
    const isOn = (now ?? old)?.enabled === true;
    const base = { subject: "trigger", name, key: null, before: jsonValue(old), after: jsonValue(now) } as const;
    return now
      ? [{ kind: "added", ...base, sensitivity: isOn ? "more" : "none", calls_for: "minor" }]
      : [{ kind: "removed", ...base, sensitivity: isOn ? "less" : "none", calls_for: "major" }];
  });
}

function diffTrigger(name: string, old: Trigger, now: Trigger): PolicyChange[] {
  const changes = [...diffParameters(name, old.parameters, now.parameters), ...diffOverrides(name, old, now)];
  // While it is off, nothing that changes makes any event.
  const isOff = !old.enabled && !now.enabled;
  const all = isOff ? changes.map((change) => ({ ...change, sensitivity: "none" as const })) : changes;
  if (old.enabled === now.enabled) return all;
  const sensitivity = now.enabled ? "more" : "less";
  const base = { kind: "changed", subject: "trigger", name, key: "enabled", calls_for: "minor" } as const;
  return [{ ...base, before: old.enabled, after: now.enabled, sensitivity }, ...all];
}

/** Overrides of one fence, the first of each; what both only inherit from the trigger is no change of theirs. */
function diffOverrides(name: string, old: Trigger, now: Trigger): PolicyChange[] {
  const changes = pairByName(old.overrides, now.overrides, ({ geofence }) => geofence).flatMap((pair) => {
    const of = `${name} @ ${pair.name}`;
    if (pair.old && pair.now) return diffOverride(of, [old, pair.old], [now, pair.now]);
    return [pair.now ? added(of, now, pair.now) : removed(of, old, pair.old as TriggerOverride)];
  });
  const order = ({ overrides }: Trigger) => overrides.map(({ geofence }) => geofence);
  if (changes.length > 0 || isEqual(order(old), order(now))) return changes;
  // The first listed holds on a common boundary.
  const base = { kind: "changed", subject: "trigger", name, key: "order of overrides" } as const;
  return [{ ...base, before: order(old), after: order(now), sensitivity: "unclear", calls_for: "minor" }];
}

function added(name: string, trigger: Trigger, override: TriggerOverride): PolicyChange {
  const effects = diffParameters(name, trigger.parameters, override.parameters);
  const after = Object.fromEntries(
    effects.map((change) => [`${change.name.slice(name.length)} ${change.key ?? change.kind}`.trim(), change.after]),
  );
  const sensitivity = override.parameters.disabled ? "less" : together(effects.map((effect) => effect.sensitivity));
  return { kind: "added", subject: "override", name, key: null, before: null, after, sensitivity, calls_for: "minor" };
}

function removed(name: string, trigger: Trigger, override: TriggerOverride): PolicyChange {
  const { after, sensitivity, ...rest } = added(name, trigger, override);
  return { ...rest, kind: "removed", before: after, after: null, sensitivity: OPPOSITE[sensitivity] };
}

function diffOverride(
  name: string,
  [old, before]: readonly [Trigger, TriggerOverride],
  [now, after]: readonly [Trigger, TriggerOverride],
): PolicyChange[] {
  const inherited = new Set(diffParameters(name, old.parameters, now.parameters).map(changeText));
  return diffParameters(name, before.parameters, after.parameters)
    .filter((change) => !inherited.has(changeText(change)))
    .map((change) => ({ ...change, subject: change.subject === "trigger" ? "override" : change.subject }));
}

const changeText = ({ name, key, before, after }: PolicyChange): string => JSON.stringify([name, key, before, after]);
