import type { PolicyProblem, TriggerParameters } from "../types.js";
import { soundRing } from "./check-geofences.js";
import { interiorsIntersect } from "./geometry/interiors-intersect.js";
import { ringFault } from "./geometry/ring-fault.js";
import type { Ring } from "./geometry/types.js";
import type { Path } from "./json-pointer.js";
import { baseParameters, mergeOverride } from "./merge-override.js";
import { type PolicyUnderCheck, problem, quoted } from "./policy-check.js";
import { OverrideSchema, TriggerSchema } from "./policy-schema.js";

interface Fence {
  id: string;
  priority: number;
  ring: Ring;
  box: readonly [number, number, number, number];
}

interface Effect {
  place: number;
  fence: Fence;
  /** What holds there: equal texts for equal effects. */
  effect: string;
}

function fencesOf({ draft, isSound }: PolicyUnderCheck): Map<string, Fence> {
  const fences = new Map<string, Fence>();
  for (const [i, geofence] of (draft.geofences ?? []).entries()) {
    const ring = soundRing(geofence?.polygon);
    if (!isSound(["geofences", i]) || !geofence?.id || fences.has(geofence.id) || !ring || ringFault(ring)) continue;
    const lons = ring.map(([lon]) => lon);
    const lats = ring.map(([, lat]) => lat);
    const least = (values: number[]) => values.reduce((a, b) => Math.min(a, b));
    const most = (values: number[]) => values.reduce((a, b) => Math.max(a, b));
    const box = [least(lons), least(lats), most(lons), most(lats)] as const;
    fences.set(geofence.id, { id: geofence.id, priority: geofence.priority ?? 0, ring, box });
  }
  return fences;
}

/** Infinity has no JSON. */
function effectText({ disabled, max_event_ms, ...rest }: TriggerParameters): string {
  return disabled ? "disabled" : JSON.stringify([rest, String(max_event_ms)]);
}

/** What each sound override makes of its trigger. */
function effectsOf({ draft, isSound }: PolicyUnderCheck, path: Path, i: number, fences: Map<string, Fence>): Effect[] {
  const { overrides, ...rest } = draft.triggers?.[i] ?? {};
  const isBaseSound = Object.keys(TriggerSchema.shape).every((key) => key === "overrides" || isSound([...path, key]));
  const trigger = isBaseSound ? TriggerSchema.safeParse(rest).data : undefined;
  if (!trigger) return [];
  const base = baseParameters(trigger);
  return (overrides ?? []).flatMap((override, place) => {
    const fence = fences.get(override?.geofence ?? "");
    const parsed = isSound([...path, "overrides", place]) ? OverrideSchema.safeParse(override).data : undefined;
    if (!fence || !parsed) return [];
    return [{ place, fence, effect: effectText(mergeOverride(base, parsed).parameters) }];
  });
}

const boxesMeet = ({ box: a }: Fence, { box: b }: Fence): boolean =>
  a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];

/**
 * Overrides of one trigger between which nothing decides: their fences have equal priorities and common interior, and they
 * say different things. The problem stands at the later one.
 */
export function checkOverrideConflicts(file: PolicyUnderCheck): PolicyProblem[] {
  const fences = fencesOf(file);
  const found = new Map<string, boolean>();
  const meet = (a: Fence, b: Fence): boolean => {
    const key = JSON.stringify([a.id, b.id]);
    const known = found.get(key) ?? interiorsIntersect(a.ring, b.ring);
    found.set(key, known);
    return known;
  };
  const problems: PolicyProblem[] = [];
  for (const i of (file.draft.triggers ?? []).keys()) {
    const path = ["triggers", i];
    const effects = effectsOf(file, path, i, fences);
    for (const [k, { place, fence, effect }] of effects.entries()) {
      const earlier = effects
        .slice(0, k)
        .find(
          (other) =>
            other.fence.priority === fence.priority &&
            other.effect !== effect &&
            boxesMeet(other.fence, fence) &&
            meet(other.fence, fence),
        );
      if (!earlier) continue;
      const both = `${quoted(earlier.fence.id)} and ${quoted(fence.id)}`;
      const message = `override ${earlier.place} of this trigger says otherwise where ${both} overlap, and both have priority ${fence.priority}; give them different priorities, or the same effect`;
      problems.push(problem([...path, "overrides", place], "override_conflict", message));
    }
  }
  return problems;
}
