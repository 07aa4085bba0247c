import type { BaseMap } from "../base-map.js";
import type { GeoPoint, GeoRing } from "./geo-types.js";
import type { GeoView } from "./geo-view.js";

/** Below this width or height of a view, degrees, coasts of a world map only mislead. */
const LEAST_VIEW = 4;

/** How much wider or higher than what must be seen the plot can be: pages are wide, phones are narrow. */
const ASPECT = 3.5;

const SHIFTS = [-360, 0, 360, 720];

/** The part of a ring where `depth` is not negative (Sutherland & Hodgman, 1974). */
function clip(ring: GeoRing, depth: (point: GeoPoint) => number): GeoRing {
  const kept: GeoPoint[] = [];
  for (let i = 0; i + 1 < ring.length; i++) {
    const [from, to] = [ring[i], ring[i + 1]];
    const [here, there] = [depth(from), depth(to)];
    if (here >= 0) kept.push(from);
    if (here * there < 0) {
      const share = here / (here - there);
      kept.push([from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]);
    }
  }
  return kept.length === 0 ? [] : [...kept, kept[0]];
}

/** The land around a view, or null where the view is too small for it. */
export function landAround({ land }: BaseMap, view: GeoView): readonly (readonly GeoRing[])[] | null {
  const [width, height] = [view.east - view.west, view.north - view.south];
  if (Math.max(width, height) < LEAST_VIEW) return null;
  const reach = Math.max(width, height) * ASPECT;
  const [west, east] = [Math.max(view.lon - reach, view.lon - 179.9), Math.min(view.lon + reach, view.lon + 179.9)];
  const most = view.type === "mercator" ? 84 : 90;
  const [south, north] = [Math.max(view.lat - reach, -most), Math.min(view.lat + reach, most)];
  const sides = [
    ([lon]: GeoPoint) => lon - west,
    ([lon]: GeoPoint) => east - lon,
    ([, lat]: GeoPoint) => lat - south,
    ([, lat]: GeoPoint) => north - lat,
  ];
  return land.flatMap((rings) =>
    SHIFTS.flatMap((shift) => {
      const cut = rings
        .map((ring) =>
          sides.reduce(
            clip,
            ring.map(([lon, lat]): GeoPoint => [lon + shift, lat]),
          ),
        )
        .filter((ring) => ring.length > 3);
      return cut.length > 0 ? [cut] : [];
    }),
  );
}
