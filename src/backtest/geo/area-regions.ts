import Flatbush from "flatbush";
import { createPolygonTest } from "../replay/polygon-test.js";
import type { AreaGeometry, NamedArea, Regions } from "./types.js";

/**
 * Whether an area holds a point, by the even-odd rule on planar degrees and exact: boundaries belong to it, those of its
 * holes do not.
 */
function areaTest({ type, coordinates }: AreaGeometry) {
  const polygons = (type === "Polygon" ? [coordinates] : coordinates).map((rings) => rings.map(createPolygonTest));
  const outer = polygons.map(([first]) => first);
  return {
    west: Math.min(...outer.map(({ minLon }) => minLon)),
    south: Math.min(...outer.map(({ minLat }) => minLat)),
    east: Math.max(...outer.map(({ maxLon }) => maxLon)),
    north: Math.max(...outer.map(({ maxLat }) => maxLat)),
    holds: (lon: number, lat: number): boolean =>
      polygons.some(([ring, ...holes]) => ring.holds(lon, lat) && !holes.some((hole) => hole.holds(lon, lat))),
  };
}

/** Named areas as regions; see {@link NamedArea} for which counts where several overlap. */
export function areaRegions(areas: readonly NamedArea[]): Regions {
  const ranked = areas.map((area, place) => ({ area, place, test: areaTest(area.geometry) }));
  ranked.sort((a, b) => b.area.priority - a.area.priority || a.place - b.place);
  const index = areas.length === 0 ? null : new Flatbush(areas.length);
  for (const { test } of ranked) index?.add(test.west, test.south, test.east, test.north);
  index?.finish();
  const find = (lat: number, lon: number): string | null => {
    const places = index?.search(lon, lat, lon, lat).sort((a, b) => a - b) ?? [];
    const place = places.find((one) => ranked[one].test.holds(lon, lat));
    return place === undefined ? null : ranked[place].area.id;
  };
  const byId = new Map(areas.map(({ id, geometry }) => [id, geometry]));
  let [lastLat, lastLon, last]: [number, number, string | null] = [Number.NaN, Number.NaN, null];
  return {
    name: "areas",
    at(lat, lon) {
      // The same fix often comes again and again until the receiver has the next.
      if (lat !== lastLat || lon !== lastLon) [lastLat, lastLon, last] = [lat, lon, find(lat, lon)];
      return last;
    },
    geometry: (id) => byId.get(id) as AreaGeometry,
  };
}
