import { createEdgeIndex } from "./edge-index.js";
import { cornersOf, isBetween, isSame, isSameRay, side } from "./side.js";
import type { Point, Ring } from "./types.js";

/** Whether two segments have a point in common. */
function touch(a: Point, b: Point, c: Point, d: Point): boolean {
  const [ofC, ofD, ofA, ofB] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
  if (ofC * ofD < 0 && ofA * ofB < 0) return true;
  return (
    (ofC === 0 && isBetween(a, b, c)) ||
    (ofD === 0 && isBetween(a, b, d)) ||
    (ofA === 0 && isBetween(c, d, a)) ||
    (ofB === 0 && isBetween(c, d, b))
  );
}

/** Two edges of a ring that meet elsewhere than neighbours do at their common corner; null where there are none. */
function crossing(corners: readonly Point[]): [number, number] | null {
  const n = corners.length;
  const corner = (i: number) => corners[i % n];
  const index = createEdgeIndex(corners);
  for (let i = 0; i < n; i++) {
    for (const j of index.near(corner(i), corner(i + 1)).sort((a, b) => a - b)) {
      if (j <= i) continue;
      const [first, second] = i === 0 && j === n - 1 ? [j, i] : [i, j];
      const isBad =
        (first + 1) % n === second
          ? isSameRay(corner(second), corner(first), corner(second + 1))
          : touch(corner(i), corner(i + 1), corner(j), corner(j + 1));
      if (isBad) return [i, j];
    }
  }
  return null;
}

/**
 * Why a ring of at least four points does not bound one area: it is open, too wide, or meets itself. Exact
 * (Shewchuk 1997, adaptive orientation); points that come again at once are taken for one. Null: it is sound.
 */
export function ringFault(ring: Ring): string | null {
  if (!isSame(ring[0], ring[ring.length - 1])) return "the ring is not closed; repeat its first point at its end";
  const corners = cornersOf(ring);
  if (corners.length < 3) return "the ring has fewer than three different corners; draw an area";
  const lons = corners.map(([lon]) => lon).sort((a, b) => a - b);
  const width = lons[lons.length - 1] - lons[0];
  if (width > 180) {
    return `the ring is ${width} degrees wide; an area that crosses 180 degrees of longitude takes two fences, one on each side`;
  }
  const edges = crossing(corners);
  if (!edges) return null;
  const [first, second] = edges.map((i) => `${shown(corners[i])} to ${shown(corners[(i + 1) % corners.length])}`);
  return `the ring meets itself: the edge from ${first} crosses or touches the one from ${second}`;
}

const shown = ([lon, lat]: Point): string => `[${lon}, ${lat}]`;
