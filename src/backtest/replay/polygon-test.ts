import { orient2d } from "robust-predicates";
import { createRangeBuckets, sliceOf } from "./range-buckets.js";

/** A polygon made ready for many points. */
export interface PolygonTest {
  minLon: number;
  maxLon: number;
  minLat: number;
  maxLat: number;
  /** Whether the polygon holds a point: even-odd on the plane of longitude and latitude, its boundary included; exact. */
  holds(lon: number, lat: number): boolean;
}

/** @param ring closed: its first point comes again as the last */
export function createPolygonTest(ring: readonly (readonly [number, number])[]): PolygonTest {
  const edges = ring.length - 1;
  const lon = Float64Array.from(ring, ([x]) => x);
  const lat = Float64Array.from(ring, ([, y]) => y);
  const lows = Float64Array.from({ length: edges }, (_, e) => Math.min(lat[e], lat[e + 1]));
  const highs = Float64Array.from({ length: edges }, (_, e) => Math.max(lat[e], lat[e + 1]));
  const { cuts, starts, members } = createRangeBuckets(lows, highs);

  const holds = (x: number, y: number): boolean => {
    const slice = sliceOf(cuts, y);
    let inside = false;
    for (let m = starts[slice]; m < starts[slice + 1]; m++) {
      const e = members[m];
      const ay = lat[e];
      const by = lat[e + 1];
      if ((y < ay && y < by) || (y > ay && y > by)) continue;
      const ax = lon[e];
      const bx = lon[e + 1];
      if (x > ax && x > bx) continue;
      const before = x < ax && x < bx;
      if (ay === by) {
        if (!before) return true;
        continue;
      }
      // Which of the two sides of the edge, as it goes up: before it is where the ray to the east crosses it.
      const side = before ? -1 : ay < by ? orient2d(ax, ay, bx, by, x, y) : orient2d(bx, by, ax, ay, x, y);
      if (side === 0) return true;
      if (side < 0 && y < ay !== y < by) inside = !inside;
    }
    return inside;
  };
  return {
    ...{
      minLon: least(lon),
      maxLon: -least(lon.map((x) => -x)),
      minLat: least(lat),
      maxLat: -least(lat.map((y) => -y)),
    },
    holds,
  };
}

function least(values: Float64Array): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}
