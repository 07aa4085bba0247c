import { orient2d } from "robust-predicates";
import type { Point, Ring } from "./types.js";

/** On which side of the line from a to b a point lies, exactly: above 0 left, below 0 right, 0 on it. */
export function side(a: Point, b: Point, c: Point): number {
  // The package has y point down.
  return -Math.sign(orient2d(a[0], a[1], b[0], b[1], c[0], c[1]));
}

export const isSame = (a: Point, b: Point): boolean => a[0] === b[0] && a[1] === b[1];

/** Whether a point of the line through a and b lies between them, or on one of them. */
export function isBetween(a: Point, b: Point, c: Point): boolean {
  const within = (k: 0 | 1) => Math.min(a[k], b[k]) <= c[k] && c[k] <= Math.max(a[k], b[k]);
  return within(0) && within(1);
}

/** Whether a and b lie in the same direction from p. */
export function isSameRay(p: Point, a: Point, b: Point): boolean {
  const agree = (k: 0 | 1) => Math.sign(a[k] - p[k]) === Math.sign(b[k] - p[k]);
  return side(p, a, b) === 0 && agree(0) && agree(1);
}

/** The corners of a closed ring once each: without the last point, and without points that come again at once. */
export function cornersOf(ring: Ring): Point[] {
  return ring.slice(0, -1).filter((point, i) => !isSame(point, ring[i + 1]));
}
