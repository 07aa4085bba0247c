import { createGeofenceIndex } from "../replay/geofence-index.js";
import type { Geofence, Trigger } from "../types.js";

/** Says which parameters of a trigger count where. */
export interface Places {
  /**
   * Writes the set of each of `size` rows from `start` on: 0 is the base, i + 1 override i.
   *
   * @returns whether they differ
   */
  fill(rows: { lat: Float64Array; lon: Float64Array }, start: number, size: number, sets: Int32Array): boolean;
}

export function createPlaces(trigger: Trigger, geofences: readonly Geofence[]): Places {
  if (trigger.overrides.length === 0) return { fill: () => false };
  const byId = new Map(geofences.map((fence) => [fence.id, fence]));
  const index = createGeofenceIndex(trigger.overrides.map(({ geofence }) => byId.get(geofence) as Geofence));
  return {
    fill({ lat, lon }, start, size, sets) {
      let differ = false;
      for (let j = 0; j < size; j++) {
        sets[j] = 1 + index.at(lon[start + j], lat[start + j]);
        if (sets[j] !== sets[0]) differ = true;
      }
      return differ;
    },
  };
}
