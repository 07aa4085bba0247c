import { writeUnit } from "./arc.js";
import { nearestOnEdge } from "./find-candidates.js";
import { bestPath, type Step } from "./lattice.js";
import type { RoadGraph } from "./road-graph.js";
import type { RoutePiece, Router } from "./router.js";
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
  const route: RoutePiece[] = [];
  for (const [k, { row, candidates, bound }] of chain.entries()) {
    const { edge, offset, distance } = candidates;
    const at = path[k];
    put(match, row, edge[at], offset[at], distance[at]);
    if (k === 0) continue;
    const start = chain[k - 1];
    const [from, left] = [start.candidates, path[k - 1]];
    const pieces = router.route(from.edge[left], from.offset[left], edge[at], offset[at], bound) ?? [];
    project(graph, trace, match, start.row + 1, row, pieces);
    addPieces(route, pieces);
  }
  const last = chain[chain.length - 1];
  const edge = last.candidates.edge[path[chain.length - 1]];
  project(graph, trace, match, last.row + 1, end, [{ edge, from: 0, to: graph.length[edge] }]);
  return { route, logProbability: last.score[path[chain.length - 1]] };
}

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
  pieces: readonly RoutePiece[],
): void {
  for (let row = first; row < end; row++) {
    if (Number.isNaN(lat[row]) || Number.isNaN(lon[row])) continue;
    writeUnit(point, lon[row], lat[row]);
    let least = Number.POSITIVE_INFINITY;
    for (const { edge, from, to } of pieces) {
      const { offset, distance } = nearestOnEdge(graph, edge, from, to, point);
      if (distance >= least) continue;
      least = distance;
      put(match, row, edge, offset, distance);
    }
  }
}

/** Appends stretches; one that goes on along the same edge, the same way, lengthens the last. */
function addPieces(route: RoutePiece[], pieces: readonly RoutePiece[]): void {
  for (const piece of pieces) {
    const last = route.at(-1);
    const onward = last && last.edge === piece.edge && last.to === piece.from;
    if (onward && (last.to - last.from) * (piece.to - piece.from) >= 0) last.to = piece.to;
    else route.push({ ...piece });
  }
}
