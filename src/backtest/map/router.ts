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

/** A stretch of a lane. */
export interface LanePiece {
  lane: number;
  /** Metres along the edge. */
  from: number;
  to: number;
}

/** Points on lanes: lanes, and metres along their edges. */
export interface LanePoints {
  lane: ArrayLike<number>;
  offset: ArrayLike<number>;
}

/** Shortest routes between points on lanes, one start at a time. */
export interface Router {
  /** Writes the length of the route to every target, metres; Infinity where it is longer than `bound` or there is none. */
  distances(lane: number, offset: number, targets: LanePoints, bound: number, to: Float64Array): void;
  /** The stretches of the shortest route; null where it is longer than `bound` or there is none. */
  route(lane: number, offset: number, toLane: number, toOffset: number, bound: number): LanePiece[] | null;
}

/**
 * Dijkstra's algorithm on the lanes around the start, ended by the bound or when all targets are reached.
 *
 * Routes obey one-way roads and do not turn round, but where a road ends without another way on. A vehicle that moves
 * back on its lane by up to `backM` stands still, which is no way at all: so much do positions err.
 */
export function createRouter(graph: RoadGraph, backM: number): Router {
  const { from, to, length, firstExit, exits } = graph;
  const heap = createMinHeap();
  /** Metres to the start of each lane, and the lane before. */
  const metres = new Float64Array(2 * length.length);
  const before = new Int32Array(2 * length.length);
  /** The searches in which a lane was entered and wanted last, and a node reached and reached by another lane. */
  const entered = new Uint32Array(2 * length.length);
  const wanted = new Uint32Array(2 * length.length);
  const reached = new Uint32Array(graph.nodes);
  const again = new Uint32Array(graph.nodes);
  /** Lane by which a node was reached first. */
  const by = new Int32Array(graph.nodes);
  let search = 0;
  let left = 0;

  const against = (lane: number): boolean => lane % 2 === 1;
  const startOf = (lane: number): number => (against(lane) ? length[lane >> 1] : 0);
  const endOf = (lane: number): number => (against(lane) ? 0 : length[lane >> 1]);

  const next = (): void => {
    search++;
    left = 0;
    // After 2³² searches old marks would look new.
    if (search < 0xffffffff) return;
    for (const marks of [entered, wanted, reached, again]) marks.fill(0);
    search = 1;
  };
  const want = (lane: number): void => {
    if (wanted[lane] === search) return;
    wanted[lane] = search;
    left++;
  };
  const enter = (lane: number, distance: number, over: number): void => {
    entered[lane] = search;
    metres[lane] = distance;
    before[lane] = over;
    if (wanted[lane] === search) left--;
    heap.push(distance + length[lane >> 1], lane);
  };

  /** Leaves the node at the end of a lane by every way that is new. */
  const leave = (over: number, distance: number): void => {
    const node = against(over) ? from[over >> 1] : to[over >> 1];
    const [first, end] = [firstExit[node], firstExit[node + 1]];
    if (reached[node] !== search) {
      reached[node] = search;
      by[node] = over;
      for (let exit = first; exit < end; exit++)
        if (exits[exit] !== (over ^ 1) || end - first === 1) enter(exits[exit], distance, over);
    } else if (again[node] !== search && over !== by[node] && end - first > 1) {
      // The first could not turn round; the second goes on where the first came from.
      again[node] = search;
      for (let exit = first; exit < end; exit++) if (exits[exit] === (by[node] ^ 1)) enter(exits[exit], distance, over);
    }
  };

  /** Enters lanes in the order of their distance until all wanted ones are entered, or up to the bound. */
  const spread = (lane: number, offset: number, bound: number): void => {
    heap.clear();
    heap.push(Math.abs(endOf(lane) - offset), lane);
    while (left > 0 && heap.least() <= bound) {
      const distance = heap.least();
      leave(heap.pop(), distance);
    }
  };

  /** Length of the way that stays on the lane. */
  const direct = (lane: number, offset: number, toLane: number, toOffset: number): number => {
    const ahead = against(lane) ? offset - toOffset : toOffset - offset;
    return toLane === lane && ahead >= -backM ? Math.max(0, ahead) : Number.POSITIVE_INFINITY;
  };
  /** Length of the way over the start of the lane. */
  const around = (lane: number, offset: number): number =>
    entered[lane] === search ? metres[lane] + Math.abs(offset - startOf(lane)) : Number.POSITIVE_INFINITY;

  return {
    distances(lane, offset, targets, bound, out) {
      next();
      for (let t = 0; t < targets.lane.length; t++) want(targets.lane[t]);
      spread(lane, offset, bound);
      for (let t = 0; t < targets.lane.length; t++) {
        const [toLane, toOffset] = [targets.lane[t], targets.offset[t]];
        const shortest = Math.min(direct(lane, offset, toLane, toOffset), around(toLane, toOffset));
        out[t] = shortest <= bound ? shortest : Number.POSITIVE_INFINITY;
      }
    },
    route(lane, offset, toLane, toOffset, bound) {
      next();
      want(toLane);
      const stay = direct(lane, offset, toLane, toOffset);
      spread(lane, offset, Math.min(bound, stay));
      const way = around(toLane, toOffset);
      if (!(Math.min(stay, way) <= bound)) return null;
      if (stay <= way) return [{ lane, from: offset, to: toOffset }];
      const pieces: LanePiece[] = [{ lane: toLane, from: startOf(toLane), to: toOffset }];
      let at = before[toLane];
      for (; at !== lane; at = before[at]) pieces.push({ lane: at, from: startOf(at), to: endOf(at) });
      pieces.push({ lane, from: offset, to: endOf(lane) });
      return pieces.reverse();
    },
  };
}
