import { createEdgeIndex } from "./edge-index.js";
import { cornersOf, isBetween, isSame, isSameRay, side } from "./side.js";
import type { Point, Ring } from "./types.js";

/** Corners before and after a point of a ring, along the ring; the area lies to the left. */
interface Cone {
  before: Point;
  after: Point;
}

/** Corners counterclockwise. */
function counterclockwise(ring: Ring): Point[] {
  const corners = cornersOf(ring);
  const n = corners.length;
  let least = 0;
  for (const [i, [x, y]] of corners.entries()) {
    const [leastX, leastY] = corners[least];
    if (x < leastX || (x === leastX && y < leastY)) least = i;
  }
  // The ring cannot go straight on at its leftmost corner.
  const isLeft = side(corners[(least + n - 1) % n], corners[least], corners[(least + 1) % n]) > 0;
  return isLeft ? corners : corners.reverse();
}

/** Whether the direction from p to q goes into the area that has the cone at p. */
function goesInto(p: Point, { before, after }: Cone, q: Point): boolean {
  const turn = side(before, p, after);
  if (turn === 0) return side(p, after, q) > 0;
  if (turn > 0) return side(p, after, q) > 0 && side(p, before, q) < 0;
  return side(p, before, q) < 0 || side(p, after, q) > 0;
}

/** Whether two areas that have p on their boundaries overlap there: one cone begins within the other, or with it. */
function overlapAt(p: Point, a: Cone, b: Cone): boolean {
  return goesInto(p, a, b.after) || goesInto(p, b, a.after) || isSameRay(p, a.after, b.after);
}

/** Whether a point that is not on the boundary lies inside. */
function holds(corners: readonly Point[], [x, y]: Point): boolean {
  let inside = false;
  for (const [i, a] of corners.entries()) {
    const b = corners[(i + 1) % corners.length];
    if (a[1] > y === b[1] > y) continue;
    if (side(a, b, [x, y]) > 0 === b[1] > a[1]) inside = !inside;
  }
  return inside;
}

/**
 * Whether the interiors of two simple polygons have a point in common; those that touch in points or along edges have none.
 * Exact: the boundaries cross, or overlap where they touch, or never meet and one holds the other.
 */
export function interiorsIntersect(first: Ring, second: Ring): boolean {
  const a = counterclockwise(first);
  const b = counterclockwise(second);
  const index = createEdgeIndex(b);
  let meet = false;
  for (const [i, a0] of a.entries()) {
    const a1 = a[(i + 1) % a.length];
    for (const j of index.near(a0, a1)) {
      const [b0, b1] = [b[j], b[(j + 1) % b.length]];
      const [ofB0, ofB1, ofA0, ofA1] = [side(a0, a1, b0), side(a0, a1, b1), side(b0, b1, a0), side(b0, b1, a1)];
      if (ofB0 * ofB1 < 0 && ofA0 * ofA1 < 0) return true;
      const coneB = { before: b[(j + b.length - 1) % b.length], after: b1 };
      if (ofA0 === 0 && isBetween(b0, b1, a0) && !isSame(a0, b1)) {
        meet = true;
        const coneA = { before: a[(i + a.length - 1) % a.length], after: a1 };
        if (overlapAt(a0, coneA, isSame(a0, b0) ? coneB : { before: b0, after: b1 })) return true;
      }
      if (ofB0 === 0 && isBetween(a0, a1, b0) && !isSame(b0, a0) && !isSame(b0, a1)) {
        meet = true;
        if (overlapAt(b0, { before: a0, after: a1 }, coneB)) return true;
      }
    }
  }
  return !meet && (holds(b, a[0]) || holds(a, b[0]));
}
