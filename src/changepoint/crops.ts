import { InputError } from "../core/index.js";
import { checkPenalty, pelt } from "./pelt.js";
import type { PathEntry, SegmentCost } from "./types.js";

/**
 * Every segmentation that is optimal for some penalty of a range (CROPS; Haynes, Eckley & Fearnhead 2017), from the
 * smallest penalty and most changes on. One search for every segmentation found and one between each two neighbours.
 *
 * @param cost of segments, of at least `cost.minSize` observations
 * @param n observations of the series
 * @param min smallest penalty, ≥ 0
 * @param max largest penalty, finite
 * @throws {InputError} when the range is empty or not finite
 * @example
 * crops(meanCost(y), y.length, 10, 1000); // [{ changes: 4, penalty: 10, … }, { changes: 1, penalty: 57.3, … }]
 */
export function crops(cost: SegmentCost, n: number, min: number, max: number): PathEntry[] {
  checkPenalty(min);
  if (!(max >= min && max < Number.POSITIVE_INFINITY)) {
    throw new InputError(`the penalty range ${min} to ${max} is empty or not finite`, { min, max });
  }
  const at = (penalty: number): PathEntry => entryAt(cost, n, penalty);
  const [most, fewest] = [at(min), at(max)];
  const path = most.changes === fewest.changes ? [most] : [most, ...between(most, fewest, at), fewest];
  // Each is the best from where its line, cost + changes · penalty, meets that of the one before.
  for (let k = 1; k < path.length; k++) {
    const [before, entry] = [path[k - 1], path[k]];
    const crossing = (entry.cost - before.cost) / (before.changes - entry.changes);
    entry.penalty = Math.max(before.penalty, crossing);
  }
  return path;
}

function entryAt(cost: SegmentCost, n: number, penalty: number): PathEntry {
  const indices = pelt(cost, n, penalty);
  return { changes: indices.length, penalty, cost: costOf(cost, n, indices), indices };
}

/** Sum of the costs of the segments between changes; 0 for a series without observations. */
export function costOf(cost: SegmentCost, n: number, changes: ArrayLike<number>): number {
  let sum = 0;
  let start = 0;
  for (let k = 0; k <= changes.length; k++) {
    const end = k < changes.length ? changes[k] : n;
    if (end > start) sum += cost.cost(start, end);
    start = end;
  }
  return sum;
}

/** Segmentations strictly between two, by their number of changes, most changes first. */
function between(many: PathEntry, few: PathEntry, at: (penalty: number) => PathEntry): PathEntry[] {
  if (many.changes - few.changes < 2) return [];
  const middle = at((few.cost - many.cost) / (many.changes - few.changes));
  if (middle.changes >= many.changes || middle.changes <= few.changes) return [];
  return [...between(many, middle, at), middle, ...between(middle, few, at)];
}
