import { checkPenalty } from "./pelt.js";
import { centreOf } from "./prefix-sums.js";

/**
 * The continuous piecewise linear fit with the least sum of squares plus `penalty` for every change of slope, exact
 * (CPOP; Fearnhead, Maidstone & Letchford 2019): the best cost of a prefix is kept as a function of the fitted value at
 * its end. For series up to a few thousand observations: time grows with more than the square of the length.
 *
 * The fit bends at the last observation before a change. Missing observations (NaN) are skipped.
 *
 * @param penalty of one change of slope, in squared units of the series, ≥ 0
 * @returns the first observation of every segment but the first, ascending
 * @throws {InputError} on a negative penalty or an infinite value
 * @example
 * cpop(Float64Array.of(0, 1, 2, 3, 2, 1, 0), 0.1); // Int32Array [4]: the fit bends at index 3
 */
export function cpop(y: Float64Array, penalty: number): Int32Array {
  checkPenalty(penalty);
  const sums = lineSums(y);
  const n = sums.x.length - 1;
  if (n < 3 || penalty === Number.POSITIVE_INFINITY) return new Int32Array(0);
  const kept = emptyCurves();
  put(kept, 0, -1, -penalty, 0, 0);
  const now = emptyCurves();
  // Curves up to `live` may still be extended; behind every curve stands the one it extends.
  let live: Int32Array = Int32Array.of(0);
  let best = -1;
  for (let t = 1; t <= n; t++) {
    now.count = 0;
    let least = Number.POSITIVE_INFINITY;
    for (const curve of live) {
      const value = extend(kept, curve, sums, t, penalty, now);
      if (value < least) {
        least = value;
        best = curve;
      }
    }
    // Changes at t and t + 1 leave a fit free to go on from the best one, so nothing that costs more can win.
    const limit = least + 2 * penalty;
    live = live.filter((_, k) => leastOf(now, k) <= limit);
    if (t < n) live = withEnvelope(live, now, kept, t);
  }
  const changes: number[] = [];
  for (let curve = best; curve > 0; curve = kept.parent[curve]) changes.push(sums.index[kept.end[curve]]);
  return Int32Array.from(changes.reverse());
}

/** Quadratic costs a + b φ + c φ² of the value φ at the end of a prefix, each for one segmentation of it. */
interface Curves {
  count: number;
  /** Observations of the prefix. */
  end: number[];
  /** The curve that the last segment extends. */
  parent: number[];
  a: number[];
  b: number[];
  c: number[];
}

function emptyCurves(): Curves {
  return { count: 0, end: [], parent: [], a: [], b: [], c: [] };
}

function put(to: Curves, end: number, parent: number, a: number, b: number, c: number): void {
  const k = to.count++;
  to.end[k] = end;
  to.parent[k] = parent;
  to.a[k] = a;
  to.b[k] = b;
  to.c[k] = c;
}

function leastOf(curves: Curves, k: number): number {
  return curves.a[k] - (curves.b[k] * curves.b[k]) / (4 * curves.c[k]);
}

/** Observations that are not missing, and running sums of them; position 0 is a step before the first. */
interface LineSums {
  x: Float64Array;
  sx: Float64Array;
  sxx: Float64Array;
  sy: Float64Array;
  sxy: Float64Array;
  syy: Float64Array;
  /** Row of the observation that follows so many. */
  index: Int32Array;
}

function lineSums(y: Float64Array): LineSums {
  const centre = centreOf(y);
  const index = Int32Array.from(y.keys()).filter((i) => !Number.isNaN(y[i]));
  const n = index.length;
  const [x, sx, sxx, sy, sxy, syy] = Array.from({ length: 6 }, () => new Float64Array(n + 1));
  const middle = y.length >> 1;
  x[0] = (index[0] ?? 0) - 1 - middle;
  for (let i = 0; i < n; i++) {
    const at = index[i] - middle;
    const value = y[index[i]] - centre;
    x[i + 1] = at;
    sx[i + 1] = sx[i] + at;
    sxx[i + 1] = sxx[i] + at * at;
    sy[i + 1] = sy[i] + value;
    sxy[i + 1] = sxy[i] + at * value;
    syy[i + 1] = syy[i] + value * value;
  }
  return { x, sx, sxx, sy, sxy, syy, index };
}

/** Extends a curve by one segment up to observation t, the value at its start chosen best; returns the least cost. */
function extend(kept: Curves, curve: number, sums: LineSums, t: number, penalty: number, now: Curves): number {
  const s = kept.end[curve];
  const [n, start, length] = [t - s, sums.x[s], sums.x[t] - sums.x[s]];
  // Each observation is (1 − w) of the value at the start and w of that at the end.
  const sumX = sums.sx[t] - sums.sx[s];
  const sumY = sums.sy[t] - sums.sy[s];
  const w = (sumX - n * start) / length;
  const ww = (sums.sxx[t] - sums.sxx[s] - 2 * start * sumX + n * start * start) / (length * length);
  const wy = (sums.sxy[t] - sums.sxy[s] - start * sumY) / length;
  const cross = w - ww;
  const square = kept.c[curve] + n - 2 * w + ww;
  const linear = kept.b[curve] - 2 * (sumY - wy);
  let a = kept.a[curve] + penalty + sums.syy[t] - sums.syy[s];
  let b = -2 * wy;
  let c = ww;
  // With one observation and nothing before, the value at the start is of no account.
  if (s > 0 || n > 1) {
    a -= (linear * linear) / (4 * square);
    b -= (linear * cross) / square;
    c -= (cross * cross) / square;
  }
  put(now, t, curve, a, b, c);
  return leastOf(now, now.count - 1);
}

/** Keeps those of the new curves that are the least at some value; returns all that may be extended. */
function withEnvelope(live: Int32Array, now: Curves, kept: Curves, t: number): Int32Array {
  const first = kept.count;
  for (const k of envelope(now)) put(kept, t, now.parent[k], now.a[k], now.b[k], now.c[k]);
  const all = new Int32Array(live.length + kept.count - first);
  all.set(live);
  for (let k = first; k < kept.count; k++) all[live.length + k - first] = k;
  return all;
}

/** The curves that are the least of all somewhere, each once: follows the lower envelope from left to right. */
function envelope({ count, a, b, c }: Curves): Set<number> {
  let current = 0;
  for (let k = 1; k < count; k++) {
    const order = c[k] - c[current] || b[current] - b[k] || a[k] - a[current];
    if (order < 0) current = k;
  }
  const least = new Set([current]);
  for (let from = Number.NEGATIVE_INFINITY; ; ) {
    let to = Number.POSITIVE_INFINITY;
    let next = -1;
    for (let k = 0; k < count; k++) {
      if (k === current) continue;
      const crossing = fallsBelow(a[k] - a[current], b[k] - b[current], c[k] - c[current]);
      if (crossing > from && crossing < to) {
        to = crossing;
        next = k;
      }
    }
    if (next < 0) return least;
    least.add(next);
    current = next;
    from = to;
  }
}

/** Where a + b φ + c φ² goes from above 0 to below; NaN if nowhere. */
function fallsBelow(a: number, b: number, c: number): number {
  if (c === 0) return b < 0 ? -a / b : Number.NaN;
  const root = Math.sqrt(b * b - 4 * a * c);
  // Of both roots that where the slope is negative, written without cancellation.
  return b > 0 ? (-b - root) / (2 * c) : (2 * a) / (root - b);
}
