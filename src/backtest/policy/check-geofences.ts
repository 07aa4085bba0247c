import type { PolicyProblem } from "../types.js";
import { ringFault } from "./geometry/ring-fault.js";
import type { Ring } from "./geometry/types.js";
import { duplicateIds, type PolicyUnderCheck, problem } from "./policy-check.js";

/** A polygon that the schema lets stand in full; null otherwise. */
export function soundRing(polygon: readonly (readonly (number | undefined)[] | undefined)[] | undefined): Ring | null {
  const isSound = polygon?.every((point) => point?.[0] !== undefined && point[1] !== undefined);
  return isSound ? (polygon as unknown as Ring) : null;
}

/** Ids and polygons of the fences. */
export function checkGeofences({ draft }: PolicyUnderCheck): PolicyProblem[] {
  const problems = duplicateIds(draft.geofences, ["geofences"], "id");
  for (const [i, geofence] of (draft.geofences ?? []).entries()) {
    const ring = soundRing(geofence?.polygon);
    const fault = ring && ringFault(ring);
    if (fault) problems.push(problem(["geofences", i, "polygon"], "bad_polygon", fault));
  }
  return problems;
}
