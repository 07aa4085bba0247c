import { chiSquareTail } from "../core/chi-square-tail.js";
import { locationPosterior } from "./location-posterior.js";
import type { SegmentCost } from "./types.js";

/** A change, where it lies and how sure it is. */
export interface Located {
  /** First observation of the new segment. */
  index: number;
  /** Ends of the location interval, both included. */
  low: number;
  high: number;
  /** Chi-square p-value times the number of observations, as many as there are locations. */
  pValue: number;
  /** Posterior probability of a change between its neighbours. */
  probability: number;
}

/** What a change at k saves. */
export const changeGain = (cost: SegmentCost, start: number, k: number, end: number): number =>
  cost.cost(start, end) - cost.cost(start, k) - cost.cost(k, end);

/**
 * Moves every change to its most probable place between its neighbours, from left to right, and says how sure it is.
 *
 * The probability is that of a change against none, at even odds: the likelihood ratio averaged over the locations, a
 * unit of information for each further parameter (as BIC has it).
 *
 * @param cost twice a negative log-likelihood
 * @param changes ascending
 */
export function locateChanges(cost: SegmentCost, changes: readonly number[], n: number, level: number): Located[] {
  const places = [...changes];
  return places.map((place, j) => {
    const start = places[j - 1] ?? 0;
    const end = places[j + 1] ?? n;
    const { from, weights, index, low, high } = locationPosterior(cost, start, place, end, { scale: 1, level });
    places[j] = index;
    const ratio = changeGain(cost, start, index, end);
    return {
      index,
      low,
      high,
      pValue: Math.min(1, n * chiSquareTail(ratio, cost.parameters)),
      probability: changeProbability(ratio, weights[index - from], end - start, cost.parameters),
    };
  });
}

/** @param weight of the best location, of which the ratio is */
export function changeProbability(ratio: number, weight: number, locations: number, parameters: number): number {
  const logOdds = (ratio - parameters * Math.log(locations)) / 2 - Math.log(weight * locations);
  return 1 / (1 + Math.exp(-logOdds));
}
