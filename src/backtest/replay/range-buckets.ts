/** Ranges [low, high] in slices of the line: what a point can lie in is in the slice of the point. */
export interface RangeBuckets {
  /** Lower ends of the slices but the first, ascending. */
  cuts: Float64Array;
  /** Ranges of slice k, in their own order: `members[starts[k]]` to `members[starts[k + 1] - 1]`. */
  starts: Int32Array;
  members: Int32Array;
}

/** Ranges may lie in several slices: so many times as many members there may be. */
const MOST_COPIES = 8;

/** Cuts the line where many ranges begin, as finely as their copies allow. */
export function createRangeBuckets(lows: Float64Array, highs: Float64Array): RangeBuckets {
  const n = lows.length;
  const ends = Float64Array.from([...new Set([...lows, ...highs])]).sort();
  for (let slices = ends.length; ; slices = Math.ceil(slices / 2)) {
    const cuts = Float64Array.from(
      { length: Math.max(0, slices - 1) },
      (_, k) => ends[Math.floor(((k + 1) * ends.length) / slices)],
    );
    const starts = new Int32Array(cuts.length + 2);
    for (let i = 0; i < n; i++) {
      for (let k = sliceOf(cuts, lows[i]); k <= sliceOf(cuts, highs[i]); k++) starts[k + 1]++;
    }
    for (let k = 1; k < starts.length; k++) starts[k] += starts[k - 1];
    if (slices > 1 && starts[cuts.length + 1] > MOST_COPIES * n) continue;
    const next = starts.slice();
    const members = new Int32Array(starts[cuts.length + 1]);
    for (let i = 0; i < n; i++) {
      for (let k = sliceOf(cuts, lows[i]); k <= sliceOf(cuts, highs[i]); k++) members[next[k]++] = i;
    }
    return { cuts, starts, members };
  }
}

/** The slice that holds a number: how many cuts are not above it. */
export function sliceOf(cuts: Float64Array, at: number): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cuts[middle] <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
