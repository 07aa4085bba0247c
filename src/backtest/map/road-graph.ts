import Flatbush from "flatbush";
import { InputError } from "../../core/errors.js";
import { EARTH_RADIUS_M } from "../geo/haversine.js";
import { ARC, arcBox, writeArc } from "./arc.js";
import type { RoadEdges, RoadNodes, RoadPlace } from "./road-table.js";

/**
 * Roads ready for matching: plain arrays that can be cloned to other threads. Edges and nodes stand by their places in
 * the tables they came from.
 */
export interface RoadGraph {
  nodes: number;
  edgeIds: readonly string[];
  from: Int32Array;
  to: Int32Array;
  /** 0 both ways, 1 only along the edge, −1 only against it. */
  oneway: Int8Array;
  /** Metres. */
  length: Float64Array;
  /** Metres per second; NaN is unknown. */
  speedLimit: Float64Array;
  /** First arc of each edge, and the number of arcs. */
  firstArc: Int32Array;
  /** Edge of each arc. */
  arcEdge: Int32Array;
  /** The straight pieces of all edges: great-circle arcs, {@link ARC} numbers each. */
  arcs: Float64Array;
  /** First exit of each node in `exits`, and the number of exits. */
  firstExit: Int32Array;
  /** Lanes by which a node may be left, in the order of the edges: {@link laneOf}. */
  exits: Int32Array;
  /** Flatbush index of the arcs' boxes in degrees. */
  index: Float64Array;
}

/** A lane is an edge in one of its directions: even along the edge, odd against it. */
export const laneOf = (edge: number, against: boolean): number => 2 * edge + (against ? 1 : 0);

const DEGREE = Math.PI / 180;
/** How far the end of a line may lie from its node. */
const END_M = 20;
/** Longer lines are taken for mistakes such as a swapped latitude and longitude. */
const LONGEST_M = 1_000_000;

const here: RoadPlace = (table, row) => ({ text: `${table} row ${row + 1}`, details: { table, row: row + 1 } });

/**
 * Roads and a spatial index of them from tables of nodes and edges.
 *
 * Distances are great-circle distances on a sphere of 6371008.8 m. An edge's `lengthM`, where given, is its length in
 * routes, and offsets along it are scaled to it.
 *
 * @param place what errors call a row; default `edges row 3`
 * @throws InputError for an id that is empty or there twice, an edge whose node is unknown, coordinates that are no
 *   position, a line of less than two distinct points or whose ends are not at its nodes, a length that does not fit the
 *   line, a negative speed limit, no edge at all
 * @example
 * const graph = buildRoadGraph(
 *   { id: ["a", "b"], lat: [52.5, 52.5], lon: [13.4, 13.41] },
 *   { id: ["1"], from: ["a"], to: ["b"], speedLimitMps: [13.9] },
 * );
 */
export function buildRoadGraph(nodes: RoadNodes, edges: RoadEdges, place: RoadPlace = here): RoadGraph {
  const refuse = (table: "nodes" | "edges", row: number, column: string, message: string): never => {
    const { text, details } = place(table, row);
    throw new InputError(`${text}: column "${column}": ${message}`, { ...details, column });
  };
  const nodePlace = placesOf(nodes.id, (row, message) => refuse("nodes", row, "node_id", message));
  for (let row = 0; row < nodes.id.length; row++) {
    if (!(Math.abs(nodes.lat[row]) <= 90))
      refuse("nodes", row, "lat", `${nodes.lat[row]} is no latitude from -90 to 90`);
    if (!(Math.abs(nodes.lon[row]) <= 180))
      refuse("nodes", row, "lon", `${nodes.lon[row]} is no longitude from -180 to 180`);
  }
  const n = edges.id.length;
  if (n === 0) throw new InputError("the road graph has no edges", {});
  placesOf(edges.id, (row, message) => refuse("edges", row, "edge_id", message));
  const end = (column: "from" | "to") =>
    Int32Array.from(
      edges[column],
      (id, row) => nodePlace.get(id) ?? refuse("edges", row, column, `there is no node "${id}"`),
    );
  const [from, to] = [end("from"), end("to")];
  const oneway = Int8Array.from({ length: n }, (_, row) => {
    const way = edges.oneway?.[row] ?? 0;
    return way === 0 || way === 1 || way === -1 ? way : refuse("edges", row, "oneway", `${way} is none of -1, 0 and 1`);
  });
  const speedLimit = Float64Array.from({ length: n }, (_, row) => {
    const limit = edges.speedLimitMps?.[row] ?? Number.NaN;
    return limit < 0 || limit === Number.POSITIVE_INFINITY
      ? refuse("edges", row, "speed_limit_mps", `${limit} is no speed limit in metres per second`)
      : limit;
  });
  const lines = linesOf(nodes, edges, from, to, (row, column, message) => refuse("edges", row, column, message));
  return {
    nodes: nodes.id.length,
    edgeIds: edges.id,
    from,
    to,
    oneway,
    speedLimit,
    ...lines,
    arcEdge: ownersOf(lines.firstArc),
    ...exitsOf(nodes.id.length, from, to, oneway),
    index: indexArcs(lines.arcs),
  };
}

type Position = readonly [number, number];

/** Place of each id; refuses one that is empty or there twice. */
function placesOf(ids: readonly string[], refuse: (row: number, message: string) => never): Map<string, number> {
  const places = new Map<string, number>();
  for (const [row, id] of ids.entries()) {
    if (id === "") refuse(row, "the id is empty");
    if (places.has(id)) refuse(row, `"${id}" is there twice; keep one`);
    places.set(id, row);
  }
  return places;
}

/** The lines of all edges as arcs, and their lengths. */
function linesOf(
  nodes: RoadNodes,
  edges: RoadEdges,
  from: Int32Array,
  to: Int32Array,
  refuse: (row: number, column: string, message: string) => never,
) {
  const n = edges.id.length;
  const length = new Float64Array(n);
  const firstArc = new Int32Array(n + 1);
  const arcs: number[] = [];
  for (let row = 0; row < n; row++) {
    const ends = [from[row], to[row]].map((node): Position => [nodes.lon[node], nodes.lat[node]]);
    const given = edges.geometry?.[row] ?? null;
    const column = given ? "geometry" : "to";
    if (given) checkLine(given, ends, (message) => refuse(row, column, message));
    const line = addArcs(arcs, given ?? ends);
    if (line > LONGEST_M) refuse(row, column, `the line is ${(line / 1000).toFixed(0)} km long; is a position wrong?`);
    if (line === 0) refuse(row, column, "the line has less than two distinct points");
    length[row] = edgeLength(edges.lengthM?.[row], line, given !== null, (message) => refuse(row, "length_m", message));
    const scale = length[row] / line;
    for (let at = firstArc[row] * ARC.size; at < arcs.length; at += ARC.size) {
      arcs[at + ARC.start] *= scale;
      arcs[at + ARC.perRadian] *= scale;
    }
    firstArc[row + 1] = arcs.length / ARC.size;
  }
  return { length, firstArc, arcs: Float64Array.from(arcs) };
}

/** Refuses a line that is no line, or that does not lead from the first node to the second. */
function checkLine(
  line: readonly Position[],
  [from, to]: readonly Position[],
  refuse: (message: string) => never,
): void {
  if (line.length < 2) refuse(`a line has two points or more, got ${line.length}`);
  for (const [lon, lat] of line)
    if (!(Math.abs(lat) <= 90 && Math.abs(lon) <= 180))
      refuse(`[${lon}, ${lat}] is no position of [longitude, latitude] in degrees`);
  const [first, last] = [line[0], line[line.length - 1]];
  const start = metres(first, from);
  const end = metres(last, to);
  if (metres(first, to) + metres(last, from) < start + end)
    refuse(`the line leads from node "to" to node "from"; turn its points around`);
  const far = Math.max(start, end);
  if (far > END_M)
    refuse(
      `the line ${start > END_M ? "begins" : "ends"} ${far.toFixed(0)} m away from its node; expected at most ${END_M}`,
    );
}

function metres(a: Position, b: Position): number {
  const arc = new Float64Array(ARC.size);
  writeArc(arc, 0, a, b);
  return arc[ARC.angle] * EARTH_RADIUS_M;
}

/** Adds the arcs of a line; repeated points make none. @returns metres */
function addArcs(arcs: number[], line: readonly Position[]): number {
  const arc = new Float64Array(ARC.size);
  let length = 0;
  for (let i = 1; i < line.length; i++) {
    writeArc(arc, 0, line[i - 1], line[i]);
    if (arc[ARC.angle] === 0) continue;
    arc[ARC.start] = length;
    arc[ARC.perRadian] = EARTH_RADIUS_M;
    arcs.push(...arc);
    length += arc[ARC.angle] * EARTH_RADIUS_M;
  }
  return length;
}

/** The length given, if it can be meant: a wrong unit would spoil every route. */
function edgeLength(
  given: number | undefined,
  line: number,
  exact: boolean,
  refuse: (message: string) => never,
): number {
  if (given === undefined || Number.isNaN(given)) return line;
  if (!(given > 0 && given < Number.POSITIVE_INFINITY)) refuse(`${given} is no length in metres`);
  const most = exact ? 2 * line : Number.POSITIVE_INFINITY;
  if (given < 0.9 * line - 1 || given > most + 1)
    refuse(`${given} m does not fit the line of the edge, which is ${line.toFixed(1)} m long`);
  return given;
}

/** Edge of each arc. */
function ownersOf(first: Int32Array): Int32Array {
  const owners = new Int32Array(first[first.length - 1]);
  for (let edge = 0; edge + 1 < first.length; edge++) owners.fill(edge, first[edge], first[edge + 1]);
  return owners;
}

/** By node the lanes that lead away from it, in the order of the edges. */
function exitsOf(nodes: number, from: Int32Array, to: Int32Array, oneway: Int8Array) {
  const firstExit = new Int32Array(nodes + 1);
  const each = (visit: (node: number, lane: number) => void): void => {
    for (let edge = 0; edge < from.length; edge++) {
      if (oneway[edge] >= 0) visit(from[edge], laneOf(edge, false));
      if (oneway[edge] <= 0) visit(to[edge], laneOf(edge, true));
    }
  };
  each((node) => {
    firstExit[node + 1]++;
  });
  for (let node = 0; node < nodes; node++) firstExit[node + 1] += firstExit[node];
  const next = firstExit.slice(0, nodes);
  const exits = new Int32Array(firstExit[nodes]);
  each((node, lane) => {
    exits[next[node]++] = lane;
  });
  return { firstExit, exits };
}

function indexArcs(arcs: Float64Array): Float64Array {
  const index = new Flatbush(arcs.length / ARC.size);
  for (let at = 0; at < arcs.length; at += ARC.size) {
    const { west, south, east, north } = arcBox(arcs, at);
    index.add(west / DEGREE, south / DEGREE, east / DEGREE, north / DEGREE);
  }
  index.finish();
  // As float64 the bytes can be shared between threads like every other column.
  const whole = new Uint8Array(Math.ceil(index.data.byteLength / 8) * 8);
  whole.set(new Uint8Array(index.data));
  return new Float64Array(whole.buffer);
}

/** The index of a graph's arcs, over the graph's own bytes. */
export function arcIndex(graph: Pick<RoadGraph, "index">): Flatbush {
  return Flatbush.from(graph.index.buffer, graph.index.byteOffset);
}
