import { compareUtf8 } from "../../core/compare-utf8.js";
import { InputError } from "../../core/errors.js";
import type { ExposureOptions } from "../score/exposure-options.js";
import type { ColumnarLog } from "../types.js";
import { EARTH_RADIUS_M } from "./haversine.js";
import { tileX, tileY } from "./mercator-tile.js";
import { createSegmentWalk, wholeMicrometres } from "./walk-segments.js";

/** What is near an edge of a map tile. */
export interface TileEdge {
  /** Of slippy map tiles. */
  zoom: number;
  /** Metres, inclusive. */
  distanceM: number;
}

/**
 * Zoom 14 is what vector maps come in. 50 m are two seconds at 90 km/h and some errors of a receiver: what a late or torn
 * map tile does shows within them.
 */
export const DEFAULT_TILE_EDGE: TileEdge = Object.freeze({ zoom: 14, distanceM: 50 });

/** Latitude where Web Mercator ends, degrees. */
const MAP_END = 85.0511;

const EQUATOR_M = 2 * Math.PI * EARTH_RADIUS_M;

/** Metres from a position to the nearest edge of its map tile, at the map's scale there; Infinity where the map ends. */
export function metresToTileEdge(lat: number, lon: number, zoom: number): number {
  if (Math.abs(lat) > MAP_END) return Number.POSITIVE_INFINITY;
  const toEdge = (place: number) => Math.abs(place - Math.round(place));
  const tiles = Math.min(toEdge(tileX(lon, zoom)), toEdge(tileY(lat, zoom)));
  return (tiles * EQUATOR_M * Math.cos((lat * Math.PI) / 180)) / 2 ** zoom;
}

/** What each vehicle drove near tile edges and away from them, by vehicle id in the order of UTF-8 bytes. */
export interface TileEdgeExposure extends TileEdge {
  vehicleIds: readonly string[];
  /** Whole micrometres. */
  near: Float64Array;
  away: Float64Array;
}

/**
 * @throws InputError where the distance is not positive, or so large that an eighth of a tile at the equator is less
 */
function checked(edge: Partial<TileEdge>): TileEdge {
  const { zoom, distanceM } = { ...DEFAULT_TILE_EDGE, ...edge };
  if (!(Number.isInteger(zoom) && zoom >= 1 && zoom <= 22)) {
    throw new InputError(`zoom of map tiles must be a whole number from 1 to 22, got ${zoom}`);
  }
  const most = EQUATOR_M / 2 ** zoom / 8;
  if (!(distanceM > 0 && distanceM <= most)) {
    throw new InputError(
      `distance to tile edges must be above 0 and at most ${most.toFixed(1)} m, an eighth of a tile of zoom ${zoom}, got ${distanceM}`,
    );
  }
  return { zoom, distanceM };
}

/**
 * Measures what was driven near tile edges, over chunks of rows; a piece between two positions counts where it begins.
 *
 * @returns `finish` gives what {@link mergeTileEdgeExposures} joins
 * @throws InputError for a zoom or a distance out of range
 */
export function createTileEdgeTally(
  edge: Partial<TileEdge> = {},
  options: Partial<ExposureOptions> = {},
): { push(log: ColumnarLog): void; finish(): TileEdgeExposure } {
  const { zoom, distanceM } = checked(edge);
  const walk = createSegmentWalk(options);
  const sums = new Map<string, [near: number, away: number]>();
  const add = (id: string, lat: number, lon: number, metres: number): void => {
    const own = sums.get(id) ?? [0, 0];
    own[metresToTileEdge(lat, lon, zoom) <= distanceM ? 0 : 1] += wholeMicrometres(metres);
    sums.set(id, own);
  };
  return { push: (log) => walk(log, add), finish: () => exposureOf({ zoom, distanceM }, sums) };
}

/** One exposure from those of several parts of a log, all of one zoom and distance. */
export function mergeTileEdgeExposures(parts: readonly TileEdgeExposure[]): TileEdgeExposure {
  const sums = new Map<string, [number, number]>();
  for (const { vehicleIds, near, away } of parts) {
    vehicleIds.forEach((id, place) => {
      const [otherNear, otherAway] = sums.get(id) ?? [0, 0];
      sums.set(id, [otherNear + near[place], otherAway + away[place]]);
    });
  }
  return exposureOf(parts[0] ?? DEFAULT_TILE_EDGE, sums);
}

function exposureOf({ zoom, distanceM }: TileEdge, sums: ReadonlyMap<string, [number, number]>): TileEdgeExposure {
  const rows = [...sums].sort(([a], [b]) => compareUtf8(a, b));
  return {
    zoom,
    distanceM,
    vehicleIds: rows.map(([id]) => id),
    near: Float64Array.from(rows, ([, [near]]) => near),
    away: Float64Array.from(rows, ([, [, away]]) => away),
  };
}
