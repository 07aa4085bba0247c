import type { RoutePiece } from "./router.js";

/** Positions of one vehicle in the order of time. */
export interface Trace {
  /** Epoch ms, strictly ascending. */
  ts: ArrayLike<number>;
  /** Degrees; NaN where there is no position. */
  lat: ArrayLike<number>;
  lon: ArrayLike<number>;
}

/** Why a trace was cut, in the order of the report. */
export const BREAK_REASONS = Object.freeze(["gap", "no_candidate", "no_route"] as const);

/**
 * `gap`: longer than `maxGapMs` without a position. `no_candidate`: no road within `radiusM`. `no_route`: no route that
 * is short enough.
 */
export type BreakReason = (typeof BREAK_REASONS)[number];

/** A place where a trace was cut. */
export interface TraceBreak {
  /** Time of the row after the cut; for `no_candidate` that of the first of the rows without a road near them. */
  ts: number;
  reason: BreakReason;
}

/** Names and limits of the roads that rows were matched to. */
export interface RoadFacts {
  edgeIds: readonly string[];
  /** Metres per second; NaN is unknown. */
  speedLimit: ArrayLike<number>;
}

/** Where the rows of a trace were driven. */
export interface TraceMatch {
  roads: RoadFacts;
  /** Of each row the place of its edge in `roads`; −1 is none. */
  edge: Int32Array;
  /** Metres along the edge from its start; NaN where there is no edge, or where a service does not tell. */
  offset: Float64Array;
  /** Metres from the position to its place on the edge; NaN where there is no edge. */
  distance: Float64Array;
  breaks: TraceBreak[];
}

/** What was driven without a break. */
export interface Chain {
  route: RoutePiece[];
  /** Log-probability (density) of the Viterbi path. */
  logProbability: number;
}

/** A match on a road graph. */
export interface GraphMatch extends TraceMatch {
  chains: Chain[];
}
