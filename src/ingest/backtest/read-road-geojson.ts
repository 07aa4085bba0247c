import { createHash } from "node:crypto";
import { resolve } from "node:path";
import type { RoadPlace } from "../../backtest/map/road-table.js";
import { InputError } from "../../core/errors.js";
import { readBytes } from "../read-document.js";
import type { ReadOptions } from "../types.js";
import type { RoadTables } from "./read-road-tables.js";
import { asPositions, ONEWAY_WORDS, parseMaxspeed, parseOneway } from "./road-words.js";

type Properties = Readonly<Record<string, unknown>>;

/** Properties that may hold the id of an edge, first come first served. */
const ID_PROPERTIES = ["edge_id", "edge", "id"];

/** Reads the lines of a GeoJSON FeatureCollection as edges, and their ends as nodes. */
export async function readRoadGeojson(file: string, { baseDir = "." }: ReadOptions): Promise<RoadTables> {
  const bytes = await readBytes(resolve(baseDir, file), "road graph");
  const features = featuresOf(bytes, file);
  const nodes = { id: [] as string[], lon: [] as number[], lat: [] as number[] };
  const known = new Map<string, number>();
  /** The feature that a node comes from. */
  const nodeFeature: number[] = [];
  const edges = {
    id: [] as string[],
    from: [] as string[],
    to: [] as string[],
    oneway: [] as number[],
    lengthM: [] as number[],
    speedLimitMps: [] as number[],
    geometry: [] as [number, number][][],
  };
  let unknownSpeeds = 0;
  for (const [row, feature] of features.entries()) {
    const refuse: Refuse = (column, message) => {
      throw new InputError(`${file} feature ${row + 1}: ${column}: ${message}`, { file, row: row + 1, column });
    };
    const { properties, line, id } = lineFeature(feature, refuse);
    const node = ([lon, lat]: readonly [number, number]): string => {
      const key = `${lon},${lat}`;
      if (!known.has(key)) {
        known.set(key, nodes.id.length);
        nodes.id.push(key);
        nodes.lon.push(lon);
        nodes.lat.push(lat);
        nodeFeature.push(row);
      }
      return key;
    };
    edges.id.push(id);
    edges.from.push(node(line[0]));
    edges.to.push(node(line[line.length - 1]));
    edges.geometry.push(line);
    edges.oneway.push(onewayOf(properties["oneway"], refuse));
    edges.lengthM.push(numberOf(properties, "length_m", refuse));
    const [given, maxspeed] = [numberOf(properties, "speed_limit_mps", refuse), properties["maxspeed"] ?? ""];
    const limit = Number.isNaN(given) ? parseMaxspeed(maxspeed) : given;
    edges.speedLimitMps.push(limit);
    if (Number.isNaN(limit) && maxspeed !== "") unknownSpeeds++;
  }
  const place: RoadPlace = (table, row) => {
    const at = (table === "nodes" ? nodeFeature[row] : row) + 1;
    return { text: `${file} feature ${at}`, details: { file, row: at } };
  };
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return {
    nodes,
    edges,
    place,
    inputs: [{ name: file, sha256, rows: features.length }],
    warnings: [...speedWarning(file, unknownSpeeds), ...touchWarning(file, edges.geometry)],
  };
}

type Refuse = (column: string, message: string) => never;

function featuresOf(bytes: Buffer, file: string): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    throw new InputError(`${file}: no JSON: ${(cause as Error).message}`, { file }, { cause });
  }
  const { type, features } = (typeof value === "object" && value !== null ? value : {}) as Properties;
  if (type === "FeatureCollection" && Array.isArray(features)) return features;
  throw new InputError(`${file}: expected a GeoJSON FeatureCollection of LineStrings`, { file });
}

function lineFeature(feature: unknown, refuse: Refuse) {
  const record = (value: unknown): Properties =>
    typeof value === "object" && value !== null ? (value as Properties) : {};
  const whole = record(feature);
  const geometry = record(whole["geometry"]);
  const properties = record(whole["properties"]);
  if (geometry["type"] !== "LineString")
    refuse("geometry", `got ${JSON.stringify(geometry["type"] ?? null)}, expected a LineString`);
  const line = asPositions(geometry["coordinates"]) ?? refuse("geometry", "the coordinates are no list of positions");
  if (line.length < 2) refuse("geometry", `a line has two points or more, got ${line.length}`);
  const found = ID_PROPERTIES.map((name) => properties[name]).find((value) => value !== undefined && value !== null);
  const id = found ?? whole["id"];
  if ((typeof id !== "string" && typeof id !== "number") || id === "")
    refuse("edge_id", "the line has no id; give it a property edge_id, edge or id");
  return { properties, line, id: String(id) };
}

function onewayOf(value: unknown, refuse: Refuse): number {
  const oneway = parseOneway(String(value ?? ""));
  return oneway ?? refuse("oneway", `got ${JSON.stringify(value)}, expected ${ONEWAY_WORDS}`);
}

function numberOf(properties: Properties, name: string, refuse: Refuse): number {
  const value = properties[name] ?? Number.NaN;
  return typeof value === "number" ? value : refuse(name, `got ${JSON.stringify(value)}, expected a number`);
}

function speedWarning(file: string, count: number): string[] {
  if (count === 0) return [];
  return [
    `${file}: ${count} maxspeed ${count === 1 ? "value tells" : "values tell"} no speed and ${count === 1 ? "is" : "are"} taken as unknown`,
  ];
}

/** Lines that meet only at an inner point of another are not joined: a mistake that leaves roads without a way out. */
function touchWarning(file: string, lines: readonly [number, number][][]): string[] {
  const inner = new Set(lines.flatMap((line) => line.slice(1, -1).map(String)));
  const ends = new Set(lines.flatMap((line) => [line[0], line[line.length - 1]].map(String)));
  const touching = Array.from(ends).filter((end) => inner.has(end)).length;
  if (touching === 0) return [];
  return [
    `${file}: ${touching} ${touching === 1 ? "end lies" : "ends lie"} on an inner point of another line, where no vehicle can turn; split lines at junctions`,
  ];
}
