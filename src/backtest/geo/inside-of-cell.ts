import type { Ring } from "./types.js";

/** Share of a cell's width that is left to its sides, which are arcs and only nearly straight in degrees. */
const MARGIN = 0.01;

/** Nearer to a pole the degrees of longitude of neighbouring points differ too much. */
const LATITUDES = 80;

/**
 * A quick test that a position is surely inside a small convex cell; false says nothing. It spares most look-ups of the
 * exact cell along a drive.
 *
 * @param ring counterclockwise
 * @returns null for cells near a pole or across the antimeridian
 */
export function insideOfCell(ring: Ring): ((lat: number, lon: number) => boolean) | null {
  const lons = ring.map(([lon]) => lon);
  if (Math.max(...lons) - Math.min(...lons) > 180 || ring.some(([, lat]) => Math.abs(lat) > LATITUDES)) return null;
  // A point is inside where a·lon + b·lat > c for every side.
  const sides = ring.length - 1;
  const [a, b, c] = [new Float64Array(sides), new Float64Array(sides), new Float64Array(sides)];
  for (let i = 0; i < sides; i++) {
    const [x, y] = ring[i];
    const [nextX, nextY] = ring[i + 1];
    a[i] = y - nextY;
    b[i] = nextX - x;
    const atSide = a[i] * x + b[i] * y;
    const furthest = ring.reduce((most, [lon, lat]) => Math.max(most, a[i] * lon + b[i] * lat - atSide), 0);
    c[i] = atSide + MARGIN * furthest;
  }
  return (lat, lon) => {
    for (let i = 0; i < sides; i++) if (!(a[i] * lon + b[i] * lat > c[i])) return false;
    return true;
  };
}
