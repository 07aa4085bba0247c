import type { SegmentCost } from "./types.js";

/** No end of a segment is as late: a start that is not pruned. */
export const NEVER = 2 ** 31 - 1;

/** Starts that are looked at together. */
export const BLOCK = 16;

/** Starts of last segments that may still win, in blocks of 16, ascending. */
export interface Candidates {
  count: number;
  starts: Int32Array;
  /** First end for which the start cannot win. */
  until: Int32Array;
  /** Of each block, a lower bound of its starts' values from now on. */
  lows: Float64Array;
  /** Of each block, an earlier end and a lower bound of the values there. */
  anchors: Int32Array;
  anchored: Float64Array;
  /** The end at which all bounds were renewed last, and those of the blocks that have not changed since. */
  renewal: number;
  renewed: Float64Array;
}

/** Room for the starts of a series of n observations. */
export function noCandidates(n: number): Candidates {
  const blocks = Math.ceil(n / BLOCK);
  return {
    count: 0,
    starts: new Int32Array(n),
    until: new Int32Array(n),
    lows: new Float64Array(blocks),
    anchors: new Int32Array(blocks),
    anchored: new Float64Array(blocks),
    renewal: 0,
    renewed: new Float64Array(blocks),
  };
}

/** Sets a block's lower bound, known at the end t. */
export function anchor(of: Candidates, block: number, t: number, low: number): void {
  of.lows[block] = low;
  of.anchors[block] = t;
  of.anchored[block] = low;
  of.renewed[block] = Number.NEGATIVE_INFINITY;
}

/** Adds a start, later than all others, whose value at the end t is at least `low`. */
export function add(to: Candidates, t: number, start: number, low: number): void {
  const k = to.count++;
  const block = Math.floor(k / BLOCK);
  to.starts[k] = start;
  to.until[k] = NEVER;
  anchor(to, block, t, k % BLOCK === 0 ? low : Math.min(low, to.lows[block]));
}

/** Lowers the bound of a start's block, which left it out, to the start's value at the end t. */
export function include(to: Candidates, t: number, start: number, value: number): void {
  let [low, high] = [0, to.count - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (to.starts[middle] < start) low = middle + 1;
    else high = middle;
  }
  const block = Math.floor(low / BLOCK);
  if (to.starts[low] === start) anchor(to, block, t, Math.min(value, to.lows[block]));
}

/** Raises the bounds of all blocks to what is known at the end t. */
export function renew(candidates: Candidates, cost: SegmentCost, t: number): void {
  const { count, lows, renewed } = candidates;
  candidates.renewal = t;
  for (let block = 0; block * BLOCK < count; block++) {
    lows[block] = lowAt(candidates, block, cost, t);
    renewed[block] = lows[block];
  }
}

/** A lower bound of a block's values from the end t on: no less than before, nor than at its anchor and a segment from there. */
export function lowAt({ lows, anchors, anchored }: Candidates, block: number, cost: SegmentCost, t: number): number {
  if (t - anchors[block] < cost.minSize) return lows[block];
  return Math.max(lows[block], anchored[block] + cost.cost(anchors[block], t));
}

/** Drops the starts that can win no more after the end t, among them whole blocks above a limit but for the winner. */
export function dropPruned(
  from: Candidates,
  cost: SegmentCost,
  t: number,
  size: number,
  winner: number,
  limit: number,
): void {
  const { count, starts, until } = from;
  from.count = 0;
  for (let block = 0; block * BLOCK < count; block++) {
    const low = lowAt(from, block, cost, t);
    const stop = Math.min(count, (block + 1) * BLOCK);
    for (let k = block * BLOCK; k < stop; k++) {
      const end = low >= limit && starts[k] !== winner ? Math.min(until[k], t + size) : until[k];
      if (end <= t + 1) continue;
      add(from, t, starts[k], low);
      until[from.count - 1] = end;
    }
  }
}
