import type { Candidates } from "./find-candidates.js";
import type { MatchOptions } from "./match-options.js";
import type { Router } from "./router.js";

/** One position of the lattice. */
export interface Step {
  row: number;
  candidates: Candidates;
  /** Log-probability of the best path to each candidate. */
  score: Float64Array;
  /** Candidate of the step before on that path; −1 is none. */
  back: Int32Array;
  /** Longest route from the step before that is looked at, metres. */
  bound: number;
}

/** How far a position lies from that of the step before. */
export interface Move {
  /** Great-circle distance, metres. */
  metres: number;
  ms: number;
}

/** The steps of Viterbi's algorithm in log space. */
export interface Lattice {
  first(row: number, candidates: Candidates): Step;
  /** The step after another; null where no candidate can be reached. */
  next(before: Step, row: number, candidates: Candidates, move: Move): Step | null;
}

/** A route may be longer than the great circle by this much, and by no more than this speed allows. */
const LONGEST_DETOUR_M = 2000;
const HIGHEST_SPEED_MPS = 50;

/** Probabilities as of {@link MatchOptions}; see {@link createTraceMatcher}. */
export function createLattice(router: Router, { sigmaM, betaM }: MatchOptions): Lattice {
  const emissionPeak = -Math.log(Math.sqrt(2 * Math.PI) * sigmaM);
  const transitionPeak = -Math.log(betaM);
  const emission = (distance: number): number => emissionPeak - 0.5 * (distance / sigmaM) ** 2;

  /** The longest route, metres, that could still beat what some target has. */
  const usefulRoute = (most: number, score: Float64Array, straight: number): number => {
    let least = Number.POSITIVE_INFINITY;
    for (let t = 0; t < score.length; t++) least = Math.min(least, score[t]);
    // A millionth of a metre more, so that rounding drops no equal.
    return most < least ? -1 : straight + betaM * (most - least) + 1e-6;
  };

  return {
    first: (row, candidates) => ({
      row,
      candidates,
      score: Float64Array.from(candidates.distance, emission),
      back: new Int32Array(candidates.edge.length).fill(-1),
      bound: 0,
    }),
    next(before, row, candidates, { metres, ms }) {
      const n = candidates.edge.length;
      const score = new Float64Array(n).fill(Number.NEGATIVE_INFINITY);
      const back = new Int32Array(n).fill(-1);
      const bound = metres + Math.min(LONGEST_DETOUR_M, (HIGHEST_SPEED_MPS * ms) / 1000);
      const routes = new Float64Array(n);
      const { edge, offset } = before.candidates;
      // Likely starts first: what they reach bounds the routes from the others.
      const order = Array.from(before.score.keys()).sort((a, b) => before.score[b] - before.score[a] || a - b);
      for (const start of order) {
        const most = before.score[start] + transitionPeak;
        const useful = usefulRoute(most, score, metres);
        if (most === Number.NEGATIVE_INFINITY || useful < 0) break;
        router.distances(edge[start], offset[start], candidates, Math.min(bound, useful), routes);
        for (let t = 0; t < n; t++) {
          const value = most - Math.abs(routes[t] - metres) / betaM;
          if (!(value > score[t] || (value === score[t] && start < back[t]))) continue;
          score[t] = value;
          back[t] = start;
        }
      }
      if (back.every((start) => start < 0)) return null;
      for (let t = 0; t < n; t++) score[t] += emission(candidates.distance[t]);
      return { row, candidates, score, back, bound };
    },
  };
}

/** The candidate of each step on the likeliest path; of equals the first. */
export function bestPath(chain: readonly Step[]): Int32Array {
  const path = new Int32Array(chain.length);
  const { score } = chain[chain.length - 1];
  let at = 0;
  for (let k = 1; k < score.length; k++) if (score[k] > score[at]) at = k;
  for (let k = chain.length - 1; k >= 0; k--) {
    path[k] = at;
    at = chain[k].back[at];
  }
  return path;
}
