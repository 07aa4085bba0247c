import type { Geofence } from "../types.js";
import { createPolygonTest } from "./polygon-test.js";
import { createRangeBuckets, sliceOf } from "./range-buckets.js";

/** Which of several geofences counts at a point. */
export interface GeofenceIndex {
  /**
   * Place of the fence that holds the point and has the highest priority, of equal ones the first; −1 where none holds it or
   * a coordinate is NaN. Boundaries belong to the fence; even-odd rule on planar longitude and latitude, without rounding.
   */
  at(lon: number, lat: number): number;
}

/**
 * Makes geofences ready for many points: a point is compared with those fences only that reach its slice of latitude, and of
 * each with those edges that do.
 *
 * @param fences closed rings, `[longitude, latitude]` in degrees; in the order that decides between equal priorities
 */
export function createGeofenceIndex(fences: readonly Pick<Geofence, "priority" | "polygon">[]): GeofenceIndex {
  const ranked = fences
    .map(({ priority, polygon }, place) => ({ place, priority, polygon: createPolygonTest(polygon) }))
    .sort((a, b) => b.priority - a.priority || a.place - b.place);
  const polygons = ranked.map(({ polygon }) => polygon);
  const west = Float64Array.from(polygons, ({ minLon }) => minLon);
  const east = Float64Array.from(polygons, ({ maxLon }) => maxLon);
  const south = Float64Array.from(polygons, ({ minLat }) => minLat);
  const north = Float64Array.from(polygons, ({ maxLat }) => maxLat);
  const { cuts, starts, members } = createRangeBuckets(south, north);
  return {
    at(lon, lat) {
      const slice = sliceOf(cuts, lat);
      for (let m = starts[slice]; m < starts[slice + 1]; m++) {
        const k = members[m];
        // False where a coordinate is NaN.
        const near = lon >= west[k] && lon <= east[k] && lat >= south[k] && lat <= north[k];
        if (near && polygons[k].holds(lon, lat)) return ranked[k].place;
      }
      return -1;
    },
  };
}
