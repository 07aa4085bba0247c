import type { Ring } from "./types.js";

/** The outline of a rectangle in degrees, counterclockwise. */
export function boxRing(west: number, south: number, east: number, north: number): Ring {
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
}
