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
  /** The same place in the other direction; of a one-way road itself. */
  twin: Int32Array;
  /** Where that path arrives: the candidate itself, or its twin where the vehicle turns round. */
  arrival: Int32Array;
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
/** What turning round takes off the log-probability of a path. */
const TURN_COST = 10;

/** Probabilities as of {@link MatchOptions}; see {@link createTraceMatcher}. */
export function createLattice(router: Router, { sigmaM, betaM }: MatchOptions): Lattice {
  const emissionPeak = -Math.log(Math.sqrt(2 * Math.PI) * sigmaM);
  const transitionPeak = -Math.log(betaM);
  const emission = (distance: number): number => emissionPeak - 0.5 * (distance / sigmaM) ** 2;

  /** The longest route, metres, that could still beat what some candidate has; negative where none could. */
  const usefulRoute = (most: number, { score, twin }: Step, straight: number): number => {
    let least = Number.POSITIVE_INFINITY;
    for (let t = 0; t < score.length; t++) least = Math.min(least, Math.max(score[t], score[twin[t]] - TURN_COST));
    // A millionth of a metre more, so that rounding drops no equal.
    return most < least ? -1 : straight + betaM * (most - least) + 1e-6;
  };

  /** Improves the scores by the routes from one candidate of the step before; false where none can be better. */
  const improve = (before: Step, start: number, step: Step, straight: number): boolean => {
    const { score, back } = step;
    const most = before.score[start] + transitionPeak;
    if (most === Number.NEGATIVE_INFINITY) return false;
    const routes = new Float64Array(score.length);
    const useful = (): number => Math.min(step.bound, usefulRoute(most, step, straight));
    // Near candidates first: what they get tells how far to look for the others.
    for (let reach = straight + betaM * TURN_COST, all = useful(); all >= 0; reach *= 2) {
      const { lane, offset } = before.candidates;
      router.distances(lane[start], offset[start], step.candidates, Math.min(reach, all), routes);
      for (let t = 0; t < score.length; t++) {
        const value = most - Math.abs(routes[t] - straight) / betaM;
        if (!(value > score[t] || (value === score[t] && start < back[t]))) continue;
        score[t] = value;
        back[t] = start;
      }
      all = useful();
      if (all <= reach) return true;
    }
    return false;
  };

  return {
    first(row, candidates) {
      const step = emptyStep(row, candidates, 0);
      step.score.set(candidates.distance.map(emission));
      return step;
    },
    next(before, row, candidates, { metres, ms }) {
      const bound = metres + Math.min(LONGEST_DETOUR_M, (HIGHEST_SPEED_MPS * ms) / 1000);
      const step = emptyStep(row, candidates, bound);
      // Likely starts first: what they reach bounds the routes from the others.
      const order = Array.from(before.score.keys()).sort((a, b) => before.score[b] - before.score[a] || a - b);
      for (const start of order) if (!improve(before, start, step, metres)) break;
      if (step.back.every((start) => start < 0)) return null;
      turnRound(step);
      for (let t = 0; t < step.score.length; t++) step.score[t] += emission(candidates.distance[t]);
      return step;
    },
  };
}

function emptyStep(row: number, candidates: Candidates, bound: number): Step {
  const { lane } = candidates;
  return {
    row,
    candidates,
    score: new Float64Array(lane.length).fill(Number.NEGATIVE_INFINITY),
    back: new Int32Array(lane.length).fill(-1),
    // The two lanes of an edge differ in the last bit and stand beside each other.
    twin: Int32Array.from(lane, (own, t) =>
      lane[t + 1] === (own ^ 1) ? t + 1 : lane[t - 1] === (own ^ 1) ? t - 1 : t,
    ),
    arrival: Int32Array.from(lane.keys()),
    bound,
  };
}

/** Lets a vehicle that arrives in one direction leave in the other. */
function turnRound({ score, back, twin, arrival }: Step): void {
  for (let t = 0; t < score.length; t++) {
    const other = twin[t];
    if (!(score[other] - TURN_COST > score[t])) continue;
    score[t] = score[other] - TURN_COST;
    back[t] = back[other];
    arrival[t] = other;
  }
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
