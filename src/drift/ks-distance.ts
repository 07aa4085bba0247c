/** Samples together as small as this are sorted at once. */
const SORT_UP_TO = 2048;
const MOST_BUCKETS = 16_384;
/** Values that a bucket should hold where they lie evenly. */
const PER_BUCKET = 8;
/** Values taken evenly from each sample to find where most of them lie. */
const PROBES = 512;
/** A level narrows a bucket some 10,000 times; what sticks together after these is sorted. */
const DEEPEST = 3;

/** The values of both samples in a stretch of the axis; i and j count the values of the samples up to a point. */
interface Stretch {
  a: Float64Array;
  b: Float64Array;
  /** i·m − j·n before the first value of the stretch. */
  start: number;
}

/** A bucket whose bound on |i·m − j·n| exceeds what is known to be reached. */
interface OpenBucket {
  bucket: number;
  start: number;
  bound: number;
}

/** Values in buckets. */
interface Bucketed {
  /** Values of each bucket. */
  counts: Int32Array;
  /** Bucket of each value. */
  bucketOf: Uint16Array;
}

/** Buckets of equal width between two values, and one at each end for what lies beyond. */
interface Buckets {
  low: number;
  high: number;
  count: number;
}

/**
 * The two-sample Kolmogorov-Smirnov distance, the largest |F_a(x) − F_b(x)|, without sorting the samples.
 *
 * Both are counted into buckets of equal width. The counts give the distance at every bucket's end and bound it inside;
 * only buckets whose bound exceeds the largest distance known are looked into, again by buckets or, when few values are
 * left, by sorting. Linear in the number of values, but for samples that mix very many scales. The result is a quotient
 * of whole numbers, |i·m − j·n| / (n·m), and so the same as by sorting to the last bit (while n·m < 2^53).
 *
 * @param a finite values in any order; not changed
 * @param b the other sample
 * @returns 0 to 1; NaN when a sample is empty
 */
export function ksDistance(a: Float64Array, b: Float64Array): number {
  const [n, m] = [a.length, b.length];
  if (n === 0 || m === 0) return Number.NaN;
  return farthest({ a, b, start: 0 }, n, m, 0, 0) / (n * m);
}

/** The larger of `known` and the largest |i·m − j·n| in a stretch. */
function farthest(stretch: Stretch, n: number, m: number, known: number, depth: number): number {
  const { a, b, start } = stretch;
  const size = a.length + b.length;
  if (size <= SORT_UP_TO || depth > DEEPEST) return farthestSorted(stretch, n, m, known);
  const buckets = spread(a, b, Math.min(MOST_BUCKETS, Math.ceil(size / PER_BUCKET)));
  // All values are equal, or the axis between them is longer than any number.
  if (buckets.low === buckets.high) return Math.max(known, Math.abs(start + a.length * m - b.length * n));
  if (buckets.high - buckets.low === Number.POSITIVE_INFINITY) return farthestSorted(stretch, n, m, known);

  const ofA = bucketed(a, buckets);
  const ofB = bucketed(b, buckets);
  let best = farthestAtEnds(ofA.counts, ofB.counts, start, n, m, known);
  const open = openBuckets(ofA.counts, ofB.counts, start, n, m, best);
  if (open.length === 0) return best;
  const insideA = gather(a, ofA, open);
  const insideB = gather(b, ofB, open);
  const order = open.map((_, i) => i).sort((i, j) => open[j].bound - open[i].bound);
  for (const i of order) {
    if (open[i].bound <= best) break;
    best = farthest({ a: insideA[i], b: insideB[i], start: open[i].start }, n, m, best, depth + 1);
  }
  return best;
}

/** The larger of `known` and the largest |i·m − j·n| at the ends of buckets. */
function farthestAtEnds(a: Int32Array, b: Int32Array, start: number, n: number, m: number, known: number): number {
  let best = known;
  for (let k = 0, at = start; k < a.length; k++) {
    at += a[k] * m - b[k] * n;
    if (at > best) best = at;
    else if (-at > best) best = -at;
  }
  return best;
}

function openBuckets(a: Int32Array, b: Int32Array, start: number, n: number, m: number, known: number): OpenBucket[] {
  const open: OpenBucket[] = [];
  for (let k = 0, at = start; k < a.length; k++) {
    const bound = Math.max(at + a[k] * m, b[k] * n - at);
    if (bound > known) open.push({ bucket: k, start: at, bound });
    at += a[k] * m - b[k] * n;
  }
  return open;
}

function farthestSorted(stretch: Stretch, n: number, m: number, known: number): number {
  const a = stretch.a.slice().sort();
  const b = stretch.b.slice().sort();
  let best = known;
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    // Equal values are stepped over on both sides before the distributions are compared.
    const x = j === b.length || a[i] < b[j] ? a[i] : b[j];
    while (i < a.length && a[i] <= x) i++;
    while (j < b.length && b[j] <= x) j++;
    best = Math.max(best, Math.abs(stretch.start + i * m - j * n));
  }
  return best;
}

/** Buckets over where most values lie, so that a few far ones do not widen them. */
function spread(a: Float64Array, b: Float64Array, count: number): Buckets {
  const probes = new Float64Array(2 * PROBES);
  // A stretch may hold values of one sample only.
  const [first, second] = a.length === 0 ? [b, b] : b.length === 0 ? [a, a] : [a, b];
  for (let i = 0; i < PROBES; i++) {
    probes[2 * i] = first[Math.floor((i * first.length) / PROBES)];
    probes[2 * i + 1] = second[Math.floor((i * second.length) / PROBES)];
  }
  probes.sort();
  const [p1, p50, p99] = [0.01, 0.5, 0.99].map((p) => probes[Math.floor(p * probes.length)]);
  const [low, high] = [2 * p1 - p50, 2 * p99 - p50];
  return low < high ? { low, high, count } : { ...extremes(a, b), count };
}

function extremes(a: Float64Array, b: Float64Array): Pick<Buckets, "low" | "high"> {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const values of [a, b]) {
    for (let i = 0; i < values.length; i++) {
      if (values[i] < low) low = values[i];
      if (values[i] > high) high = values[i];
    }
  }
  return { low, high };
}

/** The bucket of a value: it never falls as the value grows, which is all that the bounds need. */
function bucketAt(x: number, { low, high, count }: Buckets, perUnit: number): number {
  if (x <= low) return 0;
  if (x >= high) return count - 1;
  return Math.min(count - 2, 1 + (((x - low) * perUnit) | 0));
}

function bucketed(values: Float64Array, buckets: Buckets): Bucketed {
  const counts = new Int32Array(buckets.count);
  const bucketOf = new Uint16Array(values.length);
  countInto(counts, bucketOf, values, buckets);
  return { counts, bucketOf };
}

/** The values in each open bucket, all in one array. */
function gather(values: Float64Array, { counts, bucketOf }: Bucketed, open: readonly OpenBucket[]): Float64Array[] {
  const next = new Int32Array(counts.length).fill(-1);
  let total = 0;
  for (const { bucket } of open) {
    next[bucket] = total;
    total += counts[bucket];
  }
  const gathered = new Float64Array(total);
  gatherInto(gathered, next, values, bucketOf);
  return open.map(({ bucket }) => gathered.subarray(next[bucket] - counts[bucket], next[bucket]));
}

// The loops over all values stand alone: V8 keeps what it compiled of a function that does nothing else.

function countInto(counts: Int32Array, bucketOf: Uint16Array, values: Float64Array, buckets: Buckets): void {
  const perUnit = (buckets.count - 2) / (buckets.high - buckets.low);
  for (let i = 0; i < values.length; i++) {
    const k = bucketAt(values[i], buckets, perUnit);
    bucketOf[i] = k;
    counts[k]++;
  }
}

/** @param next where the next value of a bucket goes; negative: nowhere */
function gatherInto(gathered: Float64Array, next: Int32Array, values: Float64Array, bucketOf: Uint16Array): void {
  for (let i = 0; i < values.length; i++) {
    const k = bucketOf[i];
    if (next[k] >= 0) gathered[next[k]++] = values[i];
  }
}
