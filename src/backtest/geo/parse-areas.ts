import { InputError } from "../../core/errors.js";
import type { Geofence } from "../types.js";
import type { AreaGeometry, NamedArea, Point, Ring } from "./types.js";

/** Where areas have no name of their own, as members of their properties. */
const NAMES = ["id", "name"] as const;

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function ring(value: unknown, where: string): Ring {
  if (!Array.isArray(value) || value.length < 4) {
    throw new InputError(`${where}: a ring must be a list of at least 4 positions, the last like the first`);
  }
  const points = value.map((point, i): Point => {
    const [lon, lat] = Array.isArray(point) ? point : [];
    if (!(Math.abs(lon) <= 180 && Math.abs(lat) <= 90)) {
      throw new InputError(`${where}/${i}: expected [longitude, latitude] in degrees, got ${JSON.stringify(point)}`);
    }
    return [lon, lat];
  });
  const [first, last] = [points[0], points[points.length - 1]];
  if (first[0] !== last[0] || first[1] !== last[1]) {
    throw new InputError(`${where}: the ring is open; give its first position again as its last`);
  }
  return points;
}

const list = (value: unknown, where: string): unknown[] => {
  if (!Array.isArray(value) || value.length === 0) throw new InputError(`${where}: expected a list that is not empty`);
  return value;
};

const polygon = (value: unknown, where: string): Ring[] =>
  list(value, where).map((one, i) => ring(one, `${where}/${i}`));

function geometry(value: unknown, where: string): AreaGeometry {
  const { type, coordinates } = isObject(value) ? value : {};
  const at = `${where}/coordinates`;
  if (type === "Polygon") return { type, coordinates: polygon(coordinates, at) };
  if (type === "MultiPolygon") {
    return { type, coordinates: list(coordinates, at).map((one, i) => polygon(one, `${at}/${i}`)) };
  }
  throw new InputError(`${where}/type: expected Polygon or MultiPolygon, got ${JSON.stringify(type) ?? "nothing"}`);
}

function nameOf(feature: Json): string | null {
  const properties = isObject(feature["properties"]) ? feature["properties"] : {};
  const found = [feature["id"], ...NAMES.map((name) => properties[name])].find(
    (name) => typeof name === "string" || typeof name === "number",
  );
  return found === undefined ? null : String(found);
}

/**
 * Named areas of a GeoJSON file: a FeatureCollection of Polygons and MultiPolygons, named by their `id`, or else by
 * `properties.id` or `properties.name`; `properties.priority` (default 0) decides where they overlap.
 *
 * @param text content of the file
 * @param file its name, for messages
 * @throws InputError naming the file and the JSON Pointer of what is wrong
 */
export function parseAreas(text: string, file: string): NamedArea[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${file}: not JSON: ${(error as Error).message}`);
  }
  if (!isObject(json) || json["type"] !== "FeatureCollection") {
    throw new InputError(`${file}: expected a GeoJSON FeatureCollection`);
  }
  const seen = new Set<string>();
  return list(json["features"], `${file}: /features`).map((feature, i) => {
    const where = `${file}: /features/${i}`;
    if (!isObject(feature)) throw new InputError(`${where}: expected a Feature`);
    const id = nameOf(feature);
    if (id === null) throw new InputError(`${where}: no name; give it an id, or properties.id or properties.name`);
    if (seen.has(id)) throw new InputError(`${where}: the name ${JSON.stringify(id)} comes twice`);
    seen.add(id);
    const priority = isObject(feature["properties"]) ? Number(feature["properties"]["priority"] ?? 0) : 0;
    if (!Number.isFinite(priority)) throw new InputError(`${where}/properties/priority: expected a number`);
    return { id, priority, geometry: geometry(feature["geometry"], `${where}/geometry`) };
  });
}

/** The geofences of a policy as named areas. */
export function areasOfGeofences(geofences: readonly Geofence[]): NamedArea[] {
  return geofences.map(({ id, priority, polygon }) => ({
    id,
    priority,
    geometry: { type: "Polygon", coordinates: [polygon] },
  }));
}
