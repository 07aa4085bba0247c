import { type GeoArea, type GeoPoint, type GeoRing, polygonsOf } from "./geo-types.js";

/** Digits of a coordinate: about 1 m, finer than any map of more than one street. */
const DIGITS = 5;

/** Sides longer than this, degrees, get points between: Vega draws them as great circles, not as lines of the map. */
const LONGEST = 2;

/** Longitudes that go on beyond ±180 instead of jumping. */
export function unwrapped(ring: GeoRing): GeoPoint[] {
  let turns = 0;
  return ring.map(([lon, lat], i): GeoPoint => {
    const step = i === 0 ? 0 : lon - ring[i - 1][0];
    if (Math.abs(step) > 180) turns -= 360 * Math.sign(step);
    return [lon + turns, lat];
  });
}

/** Twice the signed area of a ring; positive is counterclockwise. */
const turn = (ring: GeoRing): number =>
  ring.slice(1).reduce((sum, [x, y], i) => sum + (x - ring[i][0]) * (y + ring[i][1]), 0) * -1;

function dense(ring: GeoRing): GeoPoint[] {
  return ring.flatMap((point, i): GeoPoint[] => {
    if (i === 0) return [point];
    const [x, y] = ring[i - 1];
    const parts = Math.ceil(Math.max(Math.abs(point[0] - x), Math.abs(point[1] - y)) / LONGEST);
    return Array.from({ length: Math.max(parts, 1) }, (_, k): GeoPoint => {
      const share = (k + 1) / Math.max(parts, 1);
      return share === 1 ? point : [x + share * (point[0] - x), y + share * (point[1] - y)];
    });
  });
}

/** Longitudes beyond ±180 as Vega wants them. */
const wrap = (lon: number): number => (lon > 180 ? lon - 360 : lon < -180 ? lon + 360 : lon);

/** A ring for Vega's maps, which take the clockwise side for the inside. */
function drawn(ring: GeoRing, clockwise: boolean): number[][] {
  const points = dense(ring).map(([x, y]) => [Number(wrap(x).toFixed(DIGITS)), Number(y.toFixed(DIGITS))]);
  return turn(ring) < 0 === clockwise ? points : points.reverse();
}

/** Polygons of unwrapped rings as the geometry of Vega's `geoshape`: outer rings clockwise, holes the other way. */
export function shapeOf(polygons: readonly (readonly GeoRing[])[]): {
  type: "MultiPolygon";
  coordinates: number[][][][];
} {
  return { type: "MultiPolygon", coordinates: polygons.map((rings) => rings.map((ring, i) => drawn(ring, i === 0))) };
}

/** A feature of one area with the fields that channels and tooltips name. */
export function featureOf(area: GeoArea, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { type: "Feature", geometry: shapeOf(polygonsOf(area).map((rings) => rings.map(unwrapped))), ...fields };
}
