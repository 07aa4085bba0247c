import type { PolicyProblem } from "../types.js";
import type { SignalRanges } from "./check-signals.js";
import { checkComparison, checkHysteresis, checkRange, type LooseComparison } from "./check-thresholds.js";
import type { Path } from "./json-pointer.js";
import { duplicateIds, nearest, type PolicyUnderCheck, problem, quoted } from "./policy-check.js";
import type { PolicyDraft } from "./policy-draft.js";
import { valueAt } from "./value-at.js";

type TriggerDraft = NonNullable<NonNullable<PolicyDraft["triggers"]>[number]>;
type OverrideDraft = NonNullable<NonNullable<TriggerDraft["overrides"]>[number]>;

interface Names {
  ranges: SignalRanges;
  geofences: ReadonlySet<unknown>;
}

/** Names and thresholds of the triggers. */
export function checkTriggers(file: PolicyUnderCheck, ranges: SignalRanges): PolicyProblem[] {
  const fences = valueAt(file.value, ["geofences"]);
  const geofences = new Set(Array.isArray(fences) ? fences.map((fence) => valueAt(fence, ["id"])) : []);
  const list = file.draft.triggers ?? [];
  return [
    ...duplicateIds(list, ["triggers"], "id"),
    ...list.flatMap((trigger, i) =>
      trigger ? checkTrigger(file, trigger, ["triggers", i], { ranges, geofences }) : [],
    ),
  ];
}

function checkTrigger(file: PolicyUnderCheck, trigger: TriggerDraft, path: Path, names: Names): PolicyProblem[] {
  const conditions = trigger.when?.conditions ?? [];
  const at = [...path, "when", "conditions"];
  return [
    ...duplicateIds(conditions, at, "name"),
    ...conditions.flatMap((condition, k) => [
      ...checkComparison(condition ?? {}, names.ranges, [...at, k]),
      ...checkHysteresis(condition ?? {}, [...at, k]),
    ]),
    ...checkGuards(trigger.guards, names, [...path, "guards"]),
    ...(trigger.overrides ?? []).flatMap((override, k) =>
      override ? checkOverride(file, trigger, override, [...path, "overrides", k], names) : [],
    ),
  ];
}

function checkGuards(guards: readonly (LooseComparison | undefined)[] = [], { ranges }: Names, path: Path) {
  return guards.flatMap((guard, k) => checkComparison(guard ?? {}, ranges, [...path, k]));
}

function checkOverride(
  file: PolicyUnderCheck,
  trigger: TriggerDraft,
  { geofence, set }: OverrideDraft,
  path: Path,
  names: Names,
): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  if (geofence !== undefined && !names.geofences.has(geofence)) {
    const known = [...names.geofences].filter((id) => typeof id === "string");
    const message = `there is no geofence ${quoted(geofence)}${nearest(geofence, known)}`;
    problems.push(problem([...path, "geofence"], "unknown_geofence", message));
  }
  const own = set?.conditions ?? [];
  const at = [...path, "set", "conditions"];
  problems.push(...duplicateIds(own, at, "name"), ...checkGuards(set?.guards, names, [...path, "set", "guards"]));
  for (const [k, change] of own.entries()) {
    if (change) problems.push(...checkChange(file, trigger, change, [...at, k], path.slice(0, 2), names));
  }
  return problems;
}

/** New thresholds of a condition, on top of those that it has elsewhere. */
function checkChange(
  file: PolicyUnderCheck,
  trigger: TriggerDraft,
  change: { readonly name?: string; readonly enter?: number; readonly exit?: number },
  path: Path,
  at: Path,
  { ranges }: Names,
): PolicyProblem[] {
  const { name, enter, exit } = change;
  const list = valueAt(file.value, [...at, "when", "conditions"]);
  if (name === undefined || !Array.isArray(list)) return [];
  const known = list.map((condition) => valueAt(condition, ["name"]));
  const place = known.indexOf(name);
  if (place < 0) {
    const texts = known.filter((text) => typeof text === "string");
    const message = `the trigger has no condition ${quoted(name)}${nearest(name, texts)}`;
    return [problem([...path, "name"], "schema", message)];
  }
  const { signal, op, ...base } = trigger.when?.conditions?.[place] ?? {};
  const problems = checkRange({ signal, enter, exit }, ranges, path);
  const isSound = file.isSound(path) && file.isSound([...at, "when", "conditions", place]);
  // `enter` alone sets both.
  if (isSound) problems.push(...checkHysteresis({ op, enter: enter ?? base.enter, exit }, path));
  return problems;
}
