import { compareUtf8 } from "../../core/compare-utf8.js";
import { createRandom } from "../../core/random.js";

/** The halves of a fleet: on one a threshold is picked, on the other it is scored. */
export interface VehicleSplit {
  pick: ReadonlySet<string>;
  score: ReadonlySet<string>;
}

/**
 * Splits vehicles into halves by a seeded hash of their ids, so that the order in which they come does not matter. Of an odd
 * number the half that scores gets one more.
 *
 * @param ids each at most once, or more often
 */
export function splitVehicles(ids: Iterable<string>, seed: number): VehicleSplit {
  const random = createRandom(seed).child("split");
  const drawn = [...new Set(ids)].map((id) => ({ id, at: random.child(id).uniform() }));
  drawn.sort((a, b) => a.at - b.at || compareUtf8(a.id, b.id));
  const half = Math.floor(drawn.length / 2);
  const set = (part: typeof drawn): Set<string> => new Set(part.map(({ id }) => id));
  return { pick: set(drawn.slice(0, half)), score: set(drawn.slice(half)) };
}
