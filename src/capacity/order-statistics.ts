const BUCKETS = 1024;

/** Arrays that {@link orderAt} works in, for values of one length. */
export interface OrderWork {
  ordered: Float64Array;
  bucketOf: Uint16Array;
  starts: Uint32Array;
  next: Uint32Array;
}

export function orderWork(n: number): OrderWork {
  return {
    ordered: new Float64Array(n),
    bucketOf: new Uint16Array(n),
    starts: new Uint32Array(BUCKETS + 1),
    next: new Uint32Array(BUCKETS),
  };
}

/**
 * The values in an order that is right at the ranks asked for, at a fraction of the cost of sorting: a bucket sort in
 * which only the buckets that hold a rank are sorted.
 *
 * @param values finite; not changed
 * @param ranks positions from 0, ascending
 * @returns `work.ordered`: at each rank the value that a sort would put there; elsewhere any order
 */
export function orderAt(values: Float64Array, ranks: readonly number[], work: OrderWork): Float64Array {
  const { ordered, bucketOf, starts, next } = work;
  const n = values.length;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const scale = (BUCKETS - 1) / (high - low);
  if (!Number.isFinite(scale)) {
    ordered.set(values);
    return ordered.sort();
  }
  starts.fill(0);
  for (let i = 0; i < n; i++) {
    const bucket = ((values[i] - low) * scale) | 0;
    bucketOf[i] = bucket;
    starts[bucket + 1]++;
  }
  for (let b = 0; b < BUCKETS; b++) starts[b + 1] += starts[b];
  next.set(starts.subarray(0, BUCKETS));
  for (let i = 0; i < n; i++) ordered[next[bucketOf[i]]++] = values[i];
  let bucket = 0;
  let sorted = -1;
  for (const rank of ranks) {
    while (starts[bucket + 1] <= rank) bucket++;
    if (bucket === sorted) continue;
    sorted = bucket;
    sortRange(ordered, starts[bucket], starts[bucket + 1]);
  }
  return ordered;
}

/** Insertion sort for the usual few, the engine's sort for many. */
function sortRange(values: Float64Array, from: number, to: number): void {
  if (to - from > 32) {
    values.subarray(from, to).sort();
    return;
  }
  for (let i = from + 1; i < to; i++) {
    const value = values[i];
    let j = i - 1;
    while (j >= from && values[j] > value) {
      values[j + 1] = values[j];
      j--;
    }
    values[j + 1] = value;
  }
}
