import { subset } from "semver";
import { isoUtc } from "../../../core/utc.js";
import type { Geofence, MapLayer, Policy } from "../../types.js";
import { changedKeys, jsonValue } from "./compare-keys.js";
import { diffTriggers } from "./diff-triggers.js";
import { pairByName } from "./pair-by-name.js";
import type { PolicyChange, PolicyDiff, VersionStep } from "./policy-diff-schema.js";
import { greatestStep, versionStep } from "./version-step.js";

type Rule = (key: string, before: unknown, after: unknown) => Pick<PolicyChange, "sensitivity" | "calls_for">;

const TEXT = { sensitivity: "none", calls_for: "patch" } as const;
const CONTRACT = { sensitivity: "none", calls_for: "major" } as const;
const BEHAVIOUR = { sensitivity: "unclear", calls_for: "minor" } as const;
const SUPPLY = { sensitivity: "none", calls_for: "minor" } as const;

function keyChanges(
  subject: PolicyChange["subject"],
  name: string,
  old: object,
  now: object,
  rule: Rule,
): PolicyChange[] {
  return changedKeys(old, now).map(({ key, before, after }) => {
    const base = { kind: "changed", subject, name, key, before: jsonValue(before), after: jsonValue(after) } as const;
    return { ...base, ...rule(key, before, after) };
  });
}

function memberChanges<T extends object>(
  subject: PolicyChange["subject"],
  before: readonly T[],
  after: readonly T[],
  name: (member: T) => string,
  rules: { added: ReturnType<Rule>; removed: ReturnType<Rule>; changed: Rule },
): PolicyChange[] {
  return pairByName(before, after, name).flatMap(({ name: of, old, now }): PolicyChange[] => {
    if (old && now) return keyChanges(subject, of, old, now, rules.changed);
    const base = { subject, name: of, key: null, before: jsonValue(old), after: jsonValue(now) };
    return [now ? { kind: "added", ...base, ...rules.added } : { kind: "removed", ...base, ...rules.removed }];
  });
}

/** A range that allows all that the old one did calls for a minor step; one that shuts some out for a major one. */
function ofCompat(before: unknown, after: unknown): ReturnType<Rule> {
  if (after === null) return SUPPLY;
  return before !== null && subset(before as string, after as string) ? SUPPLY : CONTRACT;
}

const ofSignal: Rule = (key) => (key === "unit" ? CONTRACT : TEXT);

/** Fences that an override of a trigger names. */
function usedFences({ triggers }: Policy): ReadonlySet<string> {
  return new Set(triggers.flatMap(({ overrides }) => overrides.map(({ geofence }) => geofence)));
}

const namedSignals = ({ signals }: Policy) => [...signals].map(([name, signal]) => ({ name, ...signal }));
const readable = (layer: MapLayer) => ({ ...layer, from: isoUtc(layer.from), to: isoUtc(layer.to) });

function allChanges(before: Policy, after: Policy): PolicyChange[] {
  const used = new Set([...usedFences(before)].filter((id) => usedFences(after).has(id)));
  const head = ({ rationale, expected_impact, risk }: Policy) => ({ rationale, expected_impact, risk });
  const nameOf = ({ name }: { name: string }) => name;
  const idOf = ({ id }: { id: string }) => id;
  const fences = (policy: Policy): Geofence[] => [...policy.geofences];
  return [
    ...keyChanges("policy", "compat", before.compat, after.compat, (_key, old, now) => ofCompat(old, now)),
    ...keyChanges("policy", "policy", head(before), head(after), () => TEXT),
    ...memberChanges("signal", namedSignals(before), namedSignals(after), nameOf, {
      added: SUPPLY,
      removed: CONTRACT,
      changed: ofSignal,
    }),
    ...memberChanges("derived", before.derived, after.derived, nameOf, {
      added: SUPPLY,
      removed: CONTRACT,
      changed: (key, old, now) => (key === "unit" || key === "range" ? ofSignal(key, old, now) : BEHAVIOUR),
    }),
    ...pairByName(fences(before), fences(after), idOf).flatMap(({ name, old, now }) =>
      memberChanges("geofence", old ? [old] : [], now ? [now] : [], idOf, {
        added: TEXT,
        removed: TEXT,
        changed: () => (used.has(name) ? BEHAVIOUR : TEXT),
      }),
    ),
    ...diffTriggers(before.triggers, after.triggers),
    ...memberChanges("map_layer", before.map_layers.map(readable), after.map_layers.map(readable), idOf, {
      added: BEHAVIOUR,
      removed: BEHAVIOUR,
      changed: () => BEHAVIOUR,
    }),
  ];
}

function warningsOf(before: Policy, after: Policy, step: PolicyDiff["step"]): string[] {
  if (step.enough) return [];
  const from = `${before.version} to ${after.version}`;
  const wanted = `the changes call for a ${step.called_for} step`;
  if (step.made === "none") return [`the version was not raised from ${before.version}; ${wanted}`];
  if (step.made === "lowered") return [`the version was lowered from ${from}`];
  return [`the version was raised from ${from} (${step.made}); ${wanted}`];
}

/**
 * Change log between two policies: what was added, removed or changed, by meaning and not by line; whether there can be more
 * events or fewer; and the step of the version that it calls for against the one that was made.
 *
 * A major step is called for where others have to follow: a trigger, a signal or a derived signal goes, a unit changes, or
 * `compat` shuts software out. A minor one where events may differ or vehicles may have to log more; a patch otherwise.
 */
export function diffPolicies(before: Policy, after: Policy): PolicyDiff {
  const changes = allChanges(before, after);
  const calledFor: VersionStep = greatestStep(changes.map((change) => change.calls_for));
  const step = versionStep(before.version, after.version, calledFor);
  return { before: before.version, after: after.version, step, changes, warnings: warningsOf(before, after, step) };
}
