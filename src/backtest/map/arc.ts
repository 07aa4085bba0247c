import { EARTH_RADIUS_M } from "../geo/haversine.js";

const DEGREE = Math.PI / 180;

/**
 * A great-circle arc of less than a quarter turn, as numbers next to each other: the unit vector of its start (x, y, z),
 * the unit tangent there (x, y, z), its angle in radians, metres along the edge at its start, metres by radian.
 */
export const ARC = Object.freeze({ tangent: 3, angle: 6, start: 7, perRadian: 8, size: 9 });

/** Writes the unit vector of a position in degrees. */
export function writeUnit(to: Float64Array, lon: number, lat: number): void {
  const flat = Math.cos(lat * DEGREE);
  to[0] = flat * Math.cos(lon * DEGREE);
  to[1] = flat * Math.sin(lon * DEGREE);
  to[2] = Math.sin(lat * DEGREE);
}

const [a, b] = [new Float64Array(3), new Float64Array(3)];

/** Writes the arc between two positions, [longitude, latitude] in degrees; its angle is 0 where they are the same. */
export function writeArc(
  to: Float64Array,
  at: number,
  start: readonly [number, number],
  end: readonly [number, number],
): void {
  writeUnit(a, start[0], start[1]);
  writeUnit(b, end[0], end[1]);
  const chord = Math.hypot(b[0] - a[0], b[1] - a[1], b[2] - a[2]);
  // The part of b across a, from the difference: exact also for points that are close together (1 − cos is chord² / 2).
  const across = [0, 1, 2].map((k) => b[k] - a[k] + ((chord * chord) / 2) * a[k]);
  const norm = Math.hypot(...across);
  for (let k = 0; k < 3; k++) {
    to[at + k] = a[k];
    to[at + ARC.tangent + k] = norm > 0 ? across[k] / norm : 0;
  }
  to[at + ARC.angle] = 2 * Math.asin(Math.min(1, chord / 2));
}

/** Place of the point of an arc that is nearest to a unit vector: radians from its start. */
export function nearestOnArc(arcs: Float64Array, at: number, point: Float64Array): number {
  const [x, y, z] = [point[0], point[1], point[2]];
  const u = arcs[at] * x + arcs[at + 1] * y + arcs[at + 2] * z;
  // From the difference: the tangent is at right angles to the start only up to rounding.
  const w = arcs[at + 3] * (x - arcs[at]) + arcs[at + 4] * (y - arcs[at + 1]) + arcs[at + 5] * (z - arcs[at + 2]);
  const angle = Math.atan2(w, u);
  const whole = arcs[at + ARC.angle];
  if (angle >= 0) return Math.min(angle, whole);
  return angle < whole / 2 - Math.PI ? whole : 0;
}

/** Great-circle distance in metres from a unit vector to the place on an arc. */
export function distanceToArc(arcs: Float64Array, at: number, place: number, point: Float64Array): number {
  const [cos, sin] = [Math.cos(place), Math.sin(place)];
  const x = arcs[at] * cos + arcs[at + 3] * sin - point[0];
  const y = arcs[at + 1] * cos + arcs[at + 4] * sin - point[1];
  const z = arcs[at + 2] * cos + arcs[at + 5] * sin - point[2];
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(x * x + y * y + z * z) / 2));
}

/** Bounds of an arc in radians. `east` may lie beyond 180° where the arc crosses that meridian. */
export function arcBox(arcs: Float64Array, at: number): { west: number; south: number; east: number; north: number } {
  const place = (angle: number) =>
    [0, 1, 2].map((k) => arcs[at + k] * Math.cos(angle) + arcs[at + 3 + k] * Math.sin(angle));
  const whole = arcs[at + ARC.angle];
  const ends = [place(0), place(whole)];
  const lats = ends.map(([x, y, z]) => Math.atan2(z, Math.hypot(x, y)));
  // Where the great circle is farthest north or south; it may lie inside of the arc.
  for (const top of [0, Math.PI]) {
    const angle = Math.atan2(arcs[at + 5], arcs[at + 2]) + top;
    if (angle > 0 && angle < whole)
      lats.push(Math.atan2(place(angle)[2], Math.hypot(place(angle)[0], place(angle)[1])));
  }
  const [first, last] = ends.map(([x, y]) => Math.atan2(y, x));
  const [west, east] = [Math.min(first, last), Math.max(first, last)];
  const box = east - west > Math.PI ? { west: east, east: west + 2 * Math.PI } : { west, east };
  return { ...box, south: Math.min(...lats), north: Math.max(...lats) };
}
