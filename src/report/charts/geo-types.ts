/** [longitude, latitude] in degrees. */
export type GeoPoint = readonly [number, number];

/** Closed: the first point comes again as the last. */
export type GeoRing = readonly GeoPoint[];

/** An area as GeoJSON has it; the direction of its rings does not matter. */
export type GeoArea =
  | { type: "Polygon"; coordinates: readonly GeoRing[] }
  | { type: "MultiPolygon"; coordinates: readonly (readonly GeoRing[])[] };

/** Polygons of an area. */
export function polygonsOf({ type, coordinates }: GeoArea): readonly (readonly GeoRing[])[] {
  return type === "Polygon" ? [coordinates] : coordinates;
}
