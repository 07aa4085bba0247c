import { createMinHeap } from "../min-heap.js";
import type { RoadGraph } from "./road-graph.js";

/** A stretch of an edge as it is driven: against the edge's direction where `from` is greater than `to`. */
export interface RoutePiece {
  /** Place of the edge in the graph. */
  edge: number;
  /** Metres along the edge. */
  from: number;
  to: number;
}

/** Points on edges: places of edges and metres along them. */
export interface EdgePoints {
  edge: ArrayLike<number>;
  offset: ArrayLike<number>;
}

/** Shortest routes between points on edges, one start at a time. */
export interface Router {
  /** Writes the length of the route to every target, metres; Infinity where it is longer than `bound` or there is none. */
  distances(edge: number, offset: number, targets: EdgePoints, bound: number, to: Float64Array): void;
  /** The stretches of the shortest route; null where it is longer than `bound` or there is none. */
  route(edge: number, offset: number, toEdge: number, toOffset: number, bound: number): RoutePiece[] | null;
}

/**
 * Dijkstra's algorithm on the nodes around the start, ended by the bound or when all targets are reached.
 *
 * One-way roads hold; turning round is free, as in the model of Newson & Krumm. On one edge a two-way road may be driven
 * back, a one-way road only by `backM`: that much a standing vehicle seems to move backward by the error of its position.
 */
export function createRouter(graph: RoadGraph, backM: number): Router {
  const { from, to, oneway, length, firstExit, exitEdge, exitTo } = graph;
  const heap = createMinHeap();
  const best = new Float64Array(graph.nodes);
  /** Edge by which a node was reached; of the start's own edge the end: −1 `to`, −2 `from`. */
  const by = new Int32Array(graph.nodes);
  /** The searches in which a node was reached, settled, and wanted last. */
  const reached = new Uint32Array(graph.nodes);
  const settled = new Uint32Array(graph.nodes);
  const wanted = new Uint32Array(graph.nodes);
  let search = 0;

  const reach = (node: number, distance: number, edge: number): void => {
    if (reached[node] === search && best[node] <= distance) return;
    reached[node] = search;
    best[node] = distance;
    by[node] = edge;
    heap.push(distance, node);
  };

  /** Settles nodes until `want` wanted ones are settled or all within the bound. */
  const spread = (edge: number, offset: number, want: number, bound: number): void => {
    heap.clear();
    if (oneway[edge] >= 0) reach(to[edge], length[edge] - offset, -1);
    if (oneway[edge] <= 0) reach(from[edge], offset, -2);
    for (let left = want; left > 0 && heap.least() <= bound; ) {
      const node = heap.pop();
      if (settled[node] === search) continue;
      settled[node] = search;
      if (wanted[node] === search) left--;
      for (let exit = firstExit[node]; exit < firstExit[node + 1]; exit++)
        reach(exitTo[exit], best[node] + length[exitEdge[exit]], exitEdge[exit]);
    }
  };

  const want = (node: number): number => {
    if (wanted[node] === search) return 0;
    wanted[node] = search;
    return 1;
  };
  /** Marks the nodes by which an edge is entered; @returns how many are new. */
  const wantEdge = (edge: number): number =>
    (oneway[edge] >= 0 ? want(from[edge]) : 0) + (oneway[edge] <= 0 ? want(to[edge]) : 0);

  const next = (): void => {
    search++;
    // After 2³² searches old marks would look new.
    if (search < 0xffffffff) return;
    for (const marks of [reached, settled, wanted]) marks.fill(0);
    search = 1;
  };

  /** Length of the way that stays on the edge. */
  const direct = (edge: number, offset: number, toOffset: number): number => {
    const ahead = (toOffset - offset) * (oneway[edge] < 0 ? -1 : 1);
    return oneway[edge] === 0 || ahead >= -backM ? Math.abs(ahead) : Number.POSITIVE_INFINITY;
  };
  const around = (node: number, rest: number): number =>
    settled[node] === search ? best[node] + rest : Number.POSITIVE_INFINITY;
  const viaFrom = (edge: number, offset: number): number =>
    oneway[edge] >= 0 ? around(from[edge], offset) : Number.POSITIVE_INFINITY;
  const viaTo = (edge: number, offset: number): number =>
    oneway[edge] <= 0 ? around(to[edge], length[edge] - offset) : Number.POSITIVE_INFINITY;

  /** The edges that lead to a node, in the order driven. */
  const piecesTo = (node: number, edge: number, offset: number): RoutePiece[] => {
    const pieces: RoutePiece[] = [];
    let at = node;
    while (by[at] >= 0) {
      const over = by[at];
      const along = to[over] === at && (from[over] !== at || oneway[over] >= 0);
      pieces.push({ edge: over, from: along ? 0 : length[over], to: along ? length[over] : 0 });
      at = along ? from[over] : to[over];
    }
    pieces.push({ edge, from: offset, to: by[at] === -1 ? length[edge] : 0 });
    return pieces.reverse();
  };

  return {
    distances(edge, offset, targets, bound, out) {
      next();
      let count = 0;
      for (let t = 0; t < targets.edge.length; t++) count += wantEdge(targets.edge[t]);
      spread(edge, offset, count, bound);
      for (let t = 0; t < targets.edge.length; t++) {
        const [toEdge, toOffset] = [targets.edge[t], targets.offset[t]];
        const stay = toEdge === edge ? direct(edge, offset, toOffset) : Number.POSITIVE_INFINITY;
        const shortest = Math.min(stay, viaFrom(toEdge, toOffset), viaTo(toEdge, toOffset));
        out[t] = shortest <= bound ? shortest : Number.POSITIVE_INFINITY;
      }
    },
    route(edge, offset, toEdge, toOffset, bound) {
      next();
      const stay = toEdge === edge ? direct(edge, offset, toOffset) : Number.POSITIVE_INFINITY;
      spread(edge, offset, wantEdge(toEdge), Math.min(bound, stay));
      const [start, end] = [viaFrom(toEdge, toOffset), viaTo(toEdge, toOffset)];
      const shortest = Math.min(stay, start, end);
      if (!(shortest <= bound)) return null;
      if (stay === shortest) return [{ edge, from: offset, to: toOffset }];
      const [node, enter] = start === shortest ? [from[toEdge], 0] : [to[toEdge], length[toEdge]];
      return [...piecesTo(node, edge, offset), { edge: toEdge, from: enter, to: toOffset }];
    },
  };
}
