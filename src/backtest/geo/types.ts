/** [longitude, latitude] in degrees. */
export type Point = readonly [number, number];

/** Closed: the first point comes again as the last. */
export type Ring = readonly Point[];

/** Outlines as GeoJSON has them (RFC 7946): outer rings counterclockwise, none across the antimeridian. */
export type AreaGeometry =
  | { type: "Polygon"; coordinates: readonly Ring[] }
  | { type: "MultiPolygon"; coordinates: readonly (readonly Ring[])[] };

/** A named area. Where several hold a point the highest priority counts, then the first of the list. */
export interface NamedArea {
  id: string;
  priority: number;
  geometry: AreaGeometry;
}

/** What regions are: cells of a grid, or named areas. */
export type RegionKind =
  | { kind: "h3"; resolution: number }
  | { kind: "geohash"; precision: number }
  | { kind: "tiles"; zoom: number }
  | { kind: "areas"; areas: readonly NamedArea[] };

/** Gives the region of a position. */
export interface Regions {
  /** `h3:9`, `geohash:6`, `tiles:14` or `areas`. */
  readonly name: string;
  /**
   * Id of the region that holds a position (|lat| ≤ 90, |lon| ≤ 180): H3 index, geohash, `z/x/y`, or the area's id; null
   * outside of all areas.
   */
  at(lat: number, lon: number): string | null;
  /** Outline of a region. */
  geometry(id: string): AreaGeometry;
}
