import { InputError } from "../core/index.js";
import { add, anchor, BLOCK, dropPruned, include, lowAt, NEVER, noCandidates, renew } from "./pelt-candidates.js";
import type { SegmentCost } from "./types.js";

/** Steps after which the bounds of all blocks are renewed, and one more for every 128 starts. */
const RENEWAL = 32;

/**
 * The segmentation with the least sum of costs plus `penalty` for every change, exact: optimal partitioning with
 * pruned starts (PELT; Killick, Fearnhead & Eckley 2012).
 *
 * Besides pruning, starts are looked at again only when one of their block may win: what a start costs at t, it costs at
 * least at every later end, and at least what it cost at u plus a segment from u to t. Without changes most starts lag a
 * penalty behind. With a least size, a start that loses against the change at t is still wanted for ends before
 * t + minSize, where no change at t is allowed; it goes then.
 *
 * @param cost of segments; see `SegmentCost` for what makes pruning exact
 * @param n observations of the series
 * @param penalty of one change, in the cost's units, ≥ 0
 * @param minSize fewest observations of a segment, missing ones included; at least the cost's own
 * @returns the first observation of every segment but the first, ascending
 * @throws {InputError} when the penalty is negative or NaN, or minSize is no whole number
 * @example
 * const cost = meanCost(y);
 * pelt(cost, y.length, 3 * sigma ** 2 * Math.log(y.length));
 */
export function pelt(cost: SegmentCost, n: number, penalty: number, minSize: number = cost.minSize): Int32Array {
  checkPenalty(penalty);
  if (!Number.isInteger(minSize)) throw new InputError(`minSize must be a whole number, got ${minSize}`, { minSize });
  const size = Math.max(1, minSize, cost.minSize);
  if (n < 2 * size || penalty === Number.POSITIVE_INFINITY) return new Int32Array(0);
  return changesBefore(lastChanges(cost, n, penalty, size), n);
}

/** For every end of a prefix of the series, the start of the last segment of its best segmentation. */
function lastChanges(cost: SegmentCost, n: number, penalty: number, size: number): Int32Array {
  // best[t]: cost and penalties of the best segmentation of the first t observations.
  const best = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
  best[0] = -penalty;
  const last = new Int32Array(n + 1);
  const candidates = noCandidates(n);
  const { starts, until, lows, renewed } = candidates;
  let room = 8 * BLOCK;
  let winner = 0;
  for (let t = size; t <= n; t++) {
    // The last winner first: what costs more need not be looked at. Its block's bounds leave it out.
    const first = winner;
    const firstValue = best[first] + penalty + cost.cost(first, t);
    let value = firstValue;
    const { count, renewal } = candidates;
    const since = t - renewal >= cost.minSize ? cost.cost(renewal, t) : 0;
    for (let block = 0; block * BLOCK < count; block++) {
      if (lows[block] >= value || renewed[block] + since >= value) continue;
      lows[block] = lowAt(candidates, block, cost, t);
      if (lows[block] >= value) continue;
      let low = Number.POSITIVE_INFINITY;
      const stop = Math.min(count, (block + 1) * BLOCK);
      for (let k = block * BLOCK; k < stop; k++) {
        if (until[k] <= t || starts[k] === first) continue;
        const now = best[starts[k]] + penalty + cost.cost(starts[k], t);
        if (now < value) {
          value = now;
          winner = starts[k];
        }
        if (now >= value + penalty && until[k] === NEVER) until[k] = t + size;
        if (now < low) low = now;
      }
      anchor(candidates, block, t, low);
    }
    const fresh = t - size;
    if (fresh === 0 || fresh >= size) {
      const now = best[fresh] + penalty + cost.cost(fresh, t);
      if (now < value) {
        value = now;
        winner = fresh;
      }
      add(candidates, t, fresh, now);
    }
    if (winner !== first) include(candidates, t, first, firstValue);
    best[t] = value;
    last[t] = winner;
    if (candidates.count >= room) {
      dropPruned(candidates, cost, t, size, winner, value + penalty);
      room = 2 * candidates.count + 8 * BLOCK;
    }
    if (t - renewal >= RENEWAL + (count >> 7)) renew(candidates, cost, t);
  }
  return last;
}

/** Walks the starts of last segments back from the end of the series. */
export function changesBefore(last: Int32Array, n: number): Int32Array {
  let changes = 0;
  for (let t = last[n]; t > 0; t = last[t]) changes++;
  const indices = new Int32Array(changes);
  for (let t = last[n]; t > 0; t = last[t]) indices[--changes] = t;
  return indices;
}

/** @throws {InputError} when a penalty is negative or not a number */
export function checkPenalty(penalty: number): void {
  if (!(penalty >= 0)) throw new InputError(`a penalty must be at least 0, got ${penalty}`, { penalty });
}
