import type { GeoPoint, GeoRing } from "./charts/geo-types.js";
import { readAsset } from "./read-asset.js";

/** Land of the world, for {@link geoHexMap}. */
export interface BaseMap {
  /** Where it comes from, for the caption. */
  source: string;
  /** Polygons of rings, outer first; longitudes may go on beyond ±180. */
  land: readonly (readonly GeoRing[])[];
}

/**
 * The land of the world at 1:110 million (Natural Earth, in the public domain), which fleetlens brings along, so that
 * maps need no network. Coasts are right to some tens of kilometres: for countries and continents, not for cities.
 *
 * @throws UnavailableError when the assets were not built
 */
export async function readBaseMap(): Promise<BaseMap> {
  const { source, scale, land } = JSON.parse(await readAsset("land-110m.json")) as {
    source: string;
    scale: number;
    land: number[][][];
  };
  const decode = (steps: readonly number[]): GeoRing => {
    let [x, y] = [0, 0];
    return Array.from({ length: steps.length / 2 }, (_, i): GeoPoint => {
      x += steps[2 * i];
      y += steps[2 * i + 1];
      return [x / scale, y / scale];
    });
  };
  return { source, land: land.map((polygon) => polygon.map(decode)) };
}
