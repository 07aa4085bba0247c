import { type GeoArea, polygonsOf } from "./geo-types.js";

/** What a map shows, and how. */
export interface GeoView {
  type: "mercator" | "equalEarth";
  /** Degrees; `west` is between −180 and 180, `east` may go on beyond 180. */
  west: number;
  east: number;
  south: number;
  north: number;
  /** Middle of the map, degrees. */
  lon: number;
  lat: number;
  /** Width and height in radians of the projection at scale 1. */
  dx: number;
  dy: number;
}

const DEGREE = Math.PI / 180;

/** Room around what is shown, as a share of it, and the least height shown, degrees (about 500 m). */
const PADDING = 0.04;
const LEAST = 0.005;

/** Mercator tears apart what lies beyond, degrees. */
const MERCATOR = { latitude: 78, height: 90, width: 200 };

/** Latitude as the y of Mercator's projection at scale 1. */
export const mercatorY = (lat: number): number => Math.asinh(Math.tan(lat * DEGREE));

/** Latitude as the y of the Equal Earth projection at scale 1 (Šavrič, Patterson & Jenny, 2019). */
function equalEarthY(lat: number): number {
  const t = Math.asin((Math.sqrt(3) / 2) * Math.sin(lat * DEGREE));
  return t * (1.340264 - 0.081106 * t ** 2 + t ** 6 * (0.000893 + 0.003796 * t ** 2));
}

/** The latitude whose y is given, by halving. */
function latitudeOf(y: (lat: number) => number, wanted: number): number {
  let [low, high] = [-90, 90];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (y(middle) < wanted) low = middle;
    else high = middle;
  }
  return Number(((low + high) / 2).toFixed(7));
}

/** Width of the equator in the Equal Earth projection, for each radian. */
const EQUAL_EARTH_EQUATOR = 2 / (Math.sqrt(3) * 1.340264);

/** The narrowest range of longitudes that holds all: the rest of the circle is the widest gap. */
function narrowest(lons: readonly number[]): [west: number, east: number] {
  const sorted = [...new Set(lons)].sort((a, b) => a - b);
  let [west, east] = [sorted[0], sorted[sorted.length - 1]];
  let gap = west + 360 - east;
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i] - sorted[i - 1] <= gap) continue;
    gap = sorted[i] - sorted[i - 1];
    [west, east] = [sorted[i], sorted[i - 1] + 360];
  }
  return [west, east];
}

/** The view that shows some areas whole; the whole world without any. */
export function viewOf(areas: readonly GeoArea[]): GeoView {
  const points = areas.flatMap((area) => polygonsOf(area).flat(2));
  if (points.length === 0)
    return viewOf([
      {
        type: "Polygon",
        coordinates: [
          [
            [-180, -56],
            [180, 75],
          ],
        ],
      },
    ]);
  const [west, east] = narrowest(points.map(([lon]) => lon));
  const south = points.reduce((least, [, lat]) => Math.min(least, lat), 90);
  const north = points.reduce((most, [, lat]) => Math.max(most, lat), -90);
  const height = Math.max(north - south, LEAST);
  const width = Math.max(east - west, LEAST);
  const far = Math.max(Math.abs(south), Math.abs(north)) > MERCATOR.latitude;
  const type = far || height > MERCATOR.height || width > MERCATOR.width ? "equalEarth" : "mercator";
  const y = type === "mercator" ? mercatorY : equalEarthY;
  const [top, bottom] = [y(north), y(south)];
  const lat = latitudeOf(y, (top + bottom) / 2);
  const grown = 1 + 2 * PADDING;
  return {
    type,
    west,
    east,
    south,
    north,
    lon: (west + east) / 2,
    lat,
    dx: grown * width * DEGREE * (type === "mercator" ? 1 : EQUAL_EARTH_EQUATOR),
    dy: grown * Math.max(top - bottom, y(lat + height / 2) - y(lat - height / 2)),
  };
}
