import { InputError } from "../core/index.js";
import { checkCounts } from "./costs/poisson-cost.js";
import { enlarge } from "./enlarge.js";
import { poissonLastChanges } from "./fpop-poisson.js";
import { robustLastChanges } from "./fpop-robust.js";
import { changesBefore, checkPenalty } from "./pelt.js";
import { centreOf } from "./prefix-sums.js";

/** Pieces that there is room for at first. */
const ROOM = 32;

/** Loss of an observation around its segment's parameter. */
export type FpopLoss = "l2" | "huber" | "biweight" | "poisson";

/**
 * The segmentation with the least loss plus `penalty` for every change, exact, by functional pruning (FPOP; Maidstone,
 * Hocking, Rigaill & Fearnhead 2017): near n log n also where there is no change, a million points in a second.
 *
 * - `l2`: squares around the segment's mean, for changes of the level at normal noise.
 * - `huber`, `biweight`: squares up to 1.345 σ and 3 σ, then linear and constant, against outliers (R-FPOP; Fearnhead &
 *   Rigaill 2019). σ is the scaled median absolute first difference, or their root mean square where that is 0.
 * - `poisson`: deviance of counts around the segment's mean; with exposures, search with `pelt` and `poissonCost`.
 *
 * @param y observations; missing ones (NaN) are skipped, a change stands at the first observation after a gap
 * @param penalty of one change, ≥ 0: in squared units of the series, for `poisson` in units of the deviance
 * @returns the first observation of every segment but the first, ascending
 * @throws {InputError} on a negative penalty, an infinite value, a negative count
 * @example
 * fpop(Float64Array.of(0, 1, 0, 9, 8, 9), 4); // Int32Array [3]
 */
export function fpop(y: Float64Array, penalty: number, loss: FpopLoss = "l2"): Int32Array {
  checkPenalty(penalty);
  if (loss === "poisson") checkCounts(y);
  const centre = loss === "poisson" ? 0 : centreOf(y);
  const x = new Float64Array(y.length);
  let n = 0;
  for (let i = 0; i < y.length; i++) if (!Number.isNaN(y[i])) x[n++] = y[i] - centre;
  const observed = x.subarray(0, n);
  if (n < 2 || penalty === Number.POSITIVE_INFINITY) return new Int32Array(0);
  const changes = changesBefore(lastChangesOf(observed, penalty, loss), n);
  return n === y.length ? changes : atObservations(changes, y);
}

function lastChangesOf(x: Float64Array, penalty: number, loss: FpopLoss): Int32Array {
  switch (loss) {
    case "l2":
      return meanLastChanges(x, penalty);
    case "poisson":
      return poissonLastChanges(x, penalty);
    case "huber":
    case "biweight":
      return robustLastChanges(x, penalty, loss);
    default:
      throw new InputError(`unknown loss ${loss}: l2, huber, biweight, poisson`, { loss });
  }
}

/** Turns positions among the observations that are not missing into indices of the series, in place. */
function atObservations(changes: Int32Array, y: Float64Array): Int32Array {
  let position = 0;
  let k = 0;
  for (let i = 0; k < changes.length; i++) {
    if (Number.isNaN(y[i])) continue;
    if (changes[k] === position) changes[k++] = i;
    position++;
  }
  return changes;
}

/**
 * The best cost of the observations so far as a function of the last segment's mean: pieces from left to right, each of
 * the start of the last segment for which it is best, least + length · (mean − average)². Written so, nothing cancels.
 */
interface Pieces {
  start: Int32Array;
  average: Float64Array;
  least: Float64Array;
  /** Right end of the piece; the left one is its neighbour's right end. */
  right: Float64Array;
}

function pieces(): Pieces {
  return {
    start: new Int32Array(ROOM),
    average: new Float64Array(ROOM),
    least: new Float64Array(ROOM),
    right: new Float64Array(ROOM),
  };
}

/** Gives everything up to `right` to the start t, whose cost is constant so far; returns the number of pieces. */
function claim(next: Pieces, count: number, t: number, cost: number, right: number): number {
  const at = count > 0 && next.start[count - 1] === t ? count - 1 : count;
  next.start[at] = t;
  next.average[at] = 0;
  next.least[at] = cost;
  next.right[at] = right;
  return at + 1;
}

/** For every end of a prefix, the start of the last segment of its best segmentation, under squared loss. */
function meanLastChanges(x: Float64Array, penalty: number): Int32Array {
  const n = x.length;
  const last = new Int32Array(n + 1);
  const [lowest, highest] = widened(x);
  if (lowest === highest) return last;

  let current = pieces();
  let next = pieces();
  let count = 1;
  current.right[0] = highest;
  for (let t = 1; t <= n; t++) {
    if (2 * count + 1 > current.start.length) {
      enlarge(current, 4 * count);
      enlarge(next, 4 * count);
    }
    const { start, average, least, right } = current;
    // The new observation; the best of all is the least value of a piece that holds its own average.
    const value = x[t - 1];
    let best = Number.POSITIVE_INFINITY;
    let winner = 0;
    let left = lowest;
    for (let k = 0; k < count; k++) {
      const away = value - average[k];
      const mean = average[k] + away / (t - start[k]);
      const cost = least[k] + away * (value - mean);
      average[k] = mean;
      least[k] = cost;
      const end = right[k];
      if (cost < best && mean >= left && mean <= end) {
        best = cost;
        winner = start[k];
      }
      left = end;
    }
    last[t] = winner;

    // Wherever a change now is cheaper than every piece, the start t takes over.
    const limit = best + penalty;
    let kept = 0;
    left = lowest;
    let away = lowest - average[0];
    let above = least[0] + (t - start[0]) * away * away > limit;
    for (let k = 0; k < count; k++) {
      const end = right[k];
      const mean = average[k];
      const cost = least[k];
      const length = t - start[k];
      away = end - mean;
      const endsAbove = cost + length * away * away > limit;
      // The part of the piece below the limit: all of it, or up to where it crosses.
      let from = left;
      let to = end;
      if (above || endsAbove) {
        if (cost < limit) {
          const reach = Math.sqrt((limit - cost) / length);
          if (above) from = Math.min(Math.max(left, mean - reach), end);
          if (endsAbove) to = Math.min(Math.max(from, mean + reach), end);
        } else from = end;
        if (from > left) kept = claim(next, kept, t, limit, from);
      }
      if (to > from) {
        next.start[kept] = start[k];
        next.average[kept] = mean;
        next.least[kept] = cost;
        next.right[kept++] = to;
      }
      if (end > to) kept = claim(next, kept, t, limit, end);
      above = endsAbove;
      left = end;
    }
    const spare = current;
    current = next;
    next = spare;
    count = kept;
  }
  return last;
}

/** The range of the values, a little wider, so that no rounded average falls outside; as it is when there is but one. */
function widened(x: Float64Array): [number, number] {
  let lowest = x[0];
  let highest = x[0];
  for (let i = 1; i < x.length; i++) {
    if (x[i] < lowest) lowest = x[i];
    else if (x[i] > highest) highest = x[i];
  }
  const room = 1e-9 * (highest - lowest);
  return [lowest - room, highest + room];
}
