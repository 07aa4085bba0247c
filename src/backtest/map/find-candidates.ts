import { EARTH_RADIUS_M } from "../geo/haversine.js";
import { ARC, distanceToArc, nearestOnArc, writeUnit } from "./arc.js";
import { arcIndex, laneOf, type RoadGraph } from "./road-graph.js";

/**
 * Where a position may be: the nearest point of each road around it, in the order of the edges; of a road that is driven
 * both ways twice, along it and against it.
 */
export interface Candidates {
  lane: number[];
  /** Metres along the edge. */
  offset: number[];
  /** Great-circle distance from the position, metres. */
  distance: number[];
}

/** The nearest point of a stretch of one edge. */
export interface EdgePoint {
  offset: number;
  distance: number;
}

const DEGREE = Math.PI / 180;

/** Finds the roads within a distance of a position. */
export function createCandidateSearch(graph: RoadGraph, radiusM: number): (lat: number, lon: number) => Candidates {
  const index = arcIndex(graph);
  const point = new Float64Array(3);
  // A little more, so that rounding leaves no road out.
  const reach = (radiusM / EARTH_RADIUS_M) * (1 + 1e-9) + 1e-12;
  return (lat, lon) => {
    writeUnit(point, lon, lat);
    const found = { edge: [] as number[], offset: [] as number[], distance: [] as number[] };
    for (const arc of arcsAround(index, reach, lat, lon)) {
      const at = arc * ARC.size;
      const place = nearestOnArc(graph.arcs, at, point);
      const distance = distanceToArc(graph.arcs, at, place, point);
      if (distance > radiusM) continue;
      const edge = graph.arcEdge[arc];
      const last = found.edge.length - 1;
      const same = last >= 0 && found.edge[last] === edge;
      if (same && found.distance[last] <= distance) continue;
      const to = same ? last : last + 1;
      found.edge[to] = edge;
      const offset = graph.arcs[at + ARC.start] + place * graph.arcs[at + ARC.perRadian];
      found.offset[to] = Math.min(offset, graph.length[edge]);
      found.distance[to] = distance;
    }
    return lanesOf(graph, found);
  };
}

function lanesOf({ oneway }: RoadGraph, found: { edge: number[]; offset: number[]; distance: number[] }): Candidates {
  const lanes: Candidates = { lane: [], offset: [], distance: [] };
  for (const [i, edge] of found.edge.entries())
    for (const against of [false, true]) {
      if (oneway[edge] === (against ? 1 : -1)) continue;
      lanes.lane.push(laneOf(edge, against));
      lanes.offset.push(found.offset[i]);
      lanes.distance.push(found.distance[i]);
    }
  return lanes;
}

/** Arcs whose box touches that of the circle, ascending. */
function arcsAround(index: ReturnType<typeof arcIndex>, reach: number, lat: number, lon: number): number[] {
  const [south, north] = [lat - reach / DEGREE, lat + reach / DEGREE];
  // Where the circle holds a pole, every longitude is near.
  const polar = south <= -90 || north >= 90;
  const wide = polar ? 180 : Math.asin(Math.min(1, Math.sin(reach) / Math.cos(lat * DEGREE))) / DEGREE;
  const arcs = new Set<number>();
  for (const turn of [0, 360, -360]) {
    const [west, east] = [lon - wide + turn, lon + wide + turn];
    if (east < index.minX || west > index.maxX) continue;
    for (const arc of index.search(west, south, east, north)) arcs.add(arc);
  }
  return Array.from(arcs).sort((a, b) => a - b);
}

/** The point of an edge between two offsets (in any order) that is nearest to a unit vector. */
export function nearestOnEdge(
  graph: RoadGraph,
  edge: number,
  from: number,
  to: number,
  point: Float64Array,
): EdgePoint {
  const { arcs, firstArc } = graph;
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const best = { offset: low, distance: Number.POSITIVE_INFINITY };
  for (let arc = firstArc[edge]; arc < firstArc[edge + 1]; arc++) {
    const at = arc * ARC.size;
    const [start, scale] = [arcs[at + ARC.start], arcs[at + ARC.perRadian]];
    const first = Math.max(0, (low - start) / scale);
    const last = Math.min(arcs[at + ARC.angle], (high - start) / scale);
    // Rounding must not lose a stretch that is one point at the end of an arc.
    if (first > last + 1e-9) continue;
    const place = Math.min(Math.max(nearestOnArc(arcs, at, point), first), last);
    const distance = distanceToArc(arcs, at, place, point);
    if (distance < best.distance) {
      best.distance = distance;
      best.offset = start + place * scale;
    }
  }
  return best;
}
