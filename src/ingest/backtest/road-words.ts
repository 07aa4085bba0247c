/** Words for the direction of a road, as tables and OpenStreetMap have them. */
const ONEWAY = new Map<string, number>([
  ["", 0],
  ["0", 0],
  ["false", 0],
  ["no", 0],
  ["1", 1],
  ["true", 1],
  ["yes", 1],
  ["-1", -1],
  ["reverse", -1],
]);

export const ONEWAY_WORDS = "true or false, yes or no, 1, 0, or -1 for against the line";

/** 1, 0 or −1 as of `RoadEdges.oneway`; null for another word. */
export function parseOneway(text: string): number | null {
  const word = text.trim().toLowerCase();
  return ONEWAY.get(word.replace(/\.0+$/, "")) ?? null;
}

const MPH = 0.44704;
const KMH = 1 / 3.6;

/**
 * A `maxspeed` of OpenStreetMap in metres per second: a number is km/h, `30 mph` miles per hour. NaN for words such as
 * `none`, `signals` or `DE:urban`, which tell no number.
 */
export function parseMaxspeed(value: unknown): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(km\/h|kmh|kph|mph)?\s*$/i.exec(String(value));
  if (!match) return Number.NaN;
  return Number(match[1]) * (match[2]?.toLowerCase() === "mph" ? MPH : KMH);
}

/** Positions of a line: WKT `LINESTRING (lon lat, …)` or a GeoJSON LineString; null for another text. */
export function parseLine(text: string): [number, number][] | null {
  const wkt = /^\s*LINESTRING\s*(?:Z|M|ZM)?\s*\(([^()]*)\)\s*$/i.exec(text);
  const points = wkt ? wkt[1].split(",").map((point) => point.trim().split(/\s+/).map(Number)) : parseGeoJson(text);
  return asPositions(points);
}

function parseGeoJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || (value as { type?: unknown }).type !== "LineString") return null;
    return (value as { coordinates?: unknown }).coordinates;
  } catch {
    return null;
  }
}

/** Two numbers of each point, a height passed over; null where it is no list of points. */
export function asPositions(points: unknown): [number, number][] | null {
  if (!Array.isArray(points)) return null;
  const positions: [number, number][] = [];
  for (const point of points) {
    if (!Array.isArray(point) || point.length < 2) return null;
    const [lon, lat]: unknown[] = point;
    if (typeof lon !== "number" || typeof lat !== "number" || !Number.isFinite(lon) || !Number.isFinite(lat))
      return null;
    positions.push([lon, lat]);
  }
  return positions;
}
