import { writeUnit } from "./arc.js";
import { nearestOnEdge } from "./find-candidates.js";
import { bestPath, type Step } from "./lattice.js";
import type { RoadGraph } from "./road-graph.js";
import type { LanePiece, RoutePiece, Router } from "./router.js";
import type { Chain, Trace, TraceMatch } from "./trace-match.js";

/**
 * Writes where the rows of one chain of steps were driven: those of the lattice at their candidates of the likeliest
 * path, those left out at the nearest point of the route between.
 *
 * @param end row after the last one of the chain
 */
export function placeChain(
  graph: RoadGraph,
  router: Router,
  trace: Trace,
  match: TraceMatch,
  chain: readonly Step[],
  end: number,
): Chain {
  const path = bestPath(chain);
  const route: LanePiece[] = [];
  for (const [k, { row, candidates, bound, arrival }] of chain.entries()) {
    const { lane, offset, distance } = candidates;
    const at = path[k];
    put(match, row, lane[at] >> 1, offset[at], distance[at]);
    if (k === 0) continue;
    const start = chain[k - 1];
    const [from, left] = [start.candidates, path[k - 1]];
    const pieces = router.route(from.lane[left], from.offset[left], lane[arrival[at]], offset[at], bound) ?? [];
    project(graph, trace, match, start.row + 1, row, pieces);
    addPieces(route, pieces);
  }
  const last = chain[chain.length - 1];
  const lane = last.candidates.lane[path[chain.length - 1]];
  project(graph, trace, match, last.row + 1, end, [{ lane, from: 0, to: graph.length[lane >> 1] }]);
  return { route: route.map(pieceOf), logProbability: last.score[path[chain.length - 1]] };
}

const pieceOf = ({ lane, from, to }: LanePiece): RoutePiece => ({ edge: lane >> 1, from, to });

function put(match: TraceMatch, row: number, edge: number, offset: number, distance: number): void {
  match.edge[row] = edge;
  match.offset[row] = offset;
  match.distance[row] = distance;
}

const point = new Float64Array(3);

/** Puts rows to the nearest point of some stretches; of equals the one driven first. */
function project(
  graph: RoadGraph,
  { lat, lon }: Trace,
  match: TraceMatch,
  first: number,
  end: number,
  pieces: readonly LanePiece[],
): void {
  for (let row = first; row < end; row++) {
    if (Number.isNaN(lat[row]) || Number.isNaN(lon[row])) continue;
    writeUnit(point, lon[row], lat[row]);
    let least = Number.POSITIVE_INFINITY;
    for (const { lane, from, to } of pieces) {
      const edge = lane >> 1;
      const { offset, distance } = nearestOnEdge(graph, edge, from, to, point);
      if (distance >= least) continue;
      least = distance;
      put(match, row, edge, offset, distance);
    }
  }
}

/** Appends the stretches of the way on: a vehicle that seems to move back on its lane stands still. */
function addPieces(route: LanePiece[], pieces: readonly LanePiece[]): void {
  for (const [k, { lane, from, to }] of pieces.entries()) {
    const last = k === 0 ? route.at(-1) : undefined;
    const start = last ? last.to : from;
    const end = lane % 2 === 0 ? Math.max(start, to) : Math.min(start, to);
    if (last && last.lane === lane) last.to = end;
    else route.push({ lane, from: start, to: end });
  }
}
