import { haversine } from "../geo/haversine.js";
import { createCandidateSearch } from "./find-candidates.js";
import { createLattice, type Step } from "./lattice.js";
import { type MatchOptions, matchOptions } from "./match-options.js";
import { placeChain } from "./place-chain.js";
import type { RoadGraph } from "./road-graph.js";
import { createRouter } from "./router.js";
import type { BreakReason, GraphMatch, Trace } from "./trace-match.js";

/** Positions nearer to the last one used than this many sigma are left out of the Viterbi search. */
const NEAR_SIGMAS = 2;
/** How far a vehicle may seem to move backward on its way: errors of two positions. */
const BACK_SIGMAS = 4;

/**
 * A matcher of traces to roads: the hidden Markov model of Newson & Krumm, "Hidden Markov Map Matching Through Noise and
 * Sparseness" (ACM SIGSPATIAL GIS 2009), solved by Viterbi's algorithm in log space.
 *
 * - The states of a position are the nearest points of the roads within `radiusM` of it, each in the directions it is driven.
 *   Emission: the normal density of their great-circle distance, deviation `sigmaM`. Transition: exp(−d / β) / β, where
 *   d is the difference of the shortest route between two points and the great circle between their positions.
 * - Routes do not turn round but where a road ends; at a position a vehicle may, which takes 10 off the log-probability.
 *   The paper has it free. States with a direction and a price of turning round are those of GraphHopper's map matching
 *   (its pull request 88); without them the errors of positions are driven as short ways into other roads and back.
 * - A vehicle that moves back on its way by up to 4 σ is taken for one that stands, a route of 0 m: two positions err.
 * - A position within 2 σ of the last one used is left out of the search and put on the route afterwards.
 * - A route may be longer than the great circle by 2000 m, and by no more than 50 m/s allow in the time.
 * - Where no candidate or no route exists the trace is cut, and goes on after it.
 * - Of equal probabilities the edge that is listed first wins. Roads out of reach change nothing.
 *
 * @returns a function from a trace to its match; it keeps nothing from one trace to the next
 * @throws InputError for an option that is not a positive number
 * @example
 * const match = createTraceMatcher(graph, { sigmaM: 5 });
 * const { edge, distance, breaks } = match({ ts, lat, lon });
 */
export function createTraceMatcher(
  graph: RoadGraph,
  options: Partial<MatchOptions> = {},
): (trace: Trace) => GraphMatch {
  const filled = matchOptions(options);
  const { sigmaM, maxGapMs } = filled;
  const candidatesAt = createCandidateSearch(graph, filled.radiusM);
  const router = createRouter(graph, BACK_SIGMAS * sigmaM);
  const lattice = createLattice(router, filled);
  return (trace) => {
    const { ts, lat, lon } = trace;
    const match = emptyMatch(graph, ts.length);
    let chain: Step[] = [];
    /** Row after the last of the chain, with those left out. */
    let end = 0;
    let lastTs = Number.NaN;
    /** No road was near the row before. */
    let lost = false;
    const close = (): void => {
      if (chain.length > 0) match.chains.push(placeChain(graph, router, trace, match, chain, end));
      chain = [];
    };
    const cut = (row: number, reason: BreakReason): void => {
      close();
      match.breaks.push({ ts: ts[row], reason });
    };
    for (let row = 0; row < ts.length; row++) {
      if (Number.isNaN(lat[row]) || Number.isNaN(lon[row])) continue;
      if (ts[row] - lastTs > maxGapMs) {
        cut(row, "gap");
        lost = false;
      }
      lastTs = ts[row];
      const last = chain.at(-1);
      const metres = last ? haversine(lat[last.row], lon[last.row], lat[row], lon[row]) : 0;
      if (last && metres < NEAR_SIGMAS * sigmaM) {
        end = row + 1;
        continue;
      }
      const candidates = candidatesAt(lat[row], lon[row]);
      const found = candidates.lane.length > 0;
      if (found) {
        const step = last && lattice.next(last, row, candidates, { metres, ms: ts[row] - ts[last.row] });
        if (step === null) cut(row, "no_route");
        chain.push(step ?? lattice.first(row, candidates));
        end = row + 1;
      } else if (!lost) cut(row, "no_candidate");
      lost = !found;
    }
    close();
    return match;
  };
}

function emptyMatch({ edgeIds, speedLimit }: RoadGraph, rows: number): GraphMatch {
  return {
    roads: { edgeIds, speedLimit },
    edge: new Int32Array(rows).fill(-1),
    offset: new Float64Array(rows).fill(Number.NaN),
    distance: new Float64Array(rows).fill(Number.NaN),
    breaks: [],
    chains: [],
  };
}
