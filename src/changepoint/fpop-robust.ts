import { quantileSelect } from "../core/index.js";
import { enlarge } from "./enlarge.js";

/** Pieces that there is room for at first. */
const ROOM = 32;

/** Residuals in standard deviations beyond which a loss is linear (Huber) or constant (biweight). */
const BEND = { huber: 1.345, biweight: 3 } as const;

/**
 * The best cost so far as a function of the last segment's location: pieces from left to right, each of the start of
 * the last segment for which it is best, square · location² + linear · location + constant.
 */
interface Pieces {
  start: Int32Array;
  square: Float64Array;
  linear: Float64Array;
  constant: Float64Array;
  /** Right end of the piece; the left one is its neighbour's right end. */
  right: Float64Array;
}

function pieces(): Pieces {
  return {
    start: new Int32Array(ROOM),
    square: new Float64Array(ROOM),
    linear: new Float64Array(ROOM),
    constant: new Float64Array(ROOM),
    right: new Float64Array(ROOM),
  };
}

function put(to: Pieces, at: number, start: number, square: number, linear: number, constant: number): void {
  to.start[at] = start;
  to.square[at] = square;
  to.linear[at] = linear;
  to.constant[at] = constant;
}

/** Gives everything up to `right` to the start t, whose cost is constant so far; returns the number of pieces. */
function claim(next: Pieces, count: number, t: number, cost: number, right: number): number {
  const at = count > 0 && next.start[count - 1] === t ? count - 1 : count;
  put(next, at, t, 0, 0, cost);
  next.right[at] = right;
  return at + 1;
}

/**
 * For every end of a prefix, the start of the last segment of its best segmentation, under a loss that is quadratic up
 * to a bend. A piece is split where an observation's loss bends.
 */
export function robustLastChanges(x: Float64Array, penalty: number, loss: "huber" | "biweight"): Int32Array {
  const n = x.length;
  const last = new Int32Array(n + 1);
  const bend = BEND[loss] * noiseOf(x);
  if (bend === 0) return last;
  // Beyond the bend the loss rises by 2 · bend (Huber) or not at all (biweight).
  const steep = loss === "huber" ? 2 * bend : 0;
  const flat = loss === "huber" ? -bend * bend : bend * bend;
  const lowest = x.reduce((a, b) => Math.min(a, b));
  const highest = x.reduce((a, b) => Math.max(a, b));

  const current = pieces();
  const split = pieces();
  let count = 1;
  current.right[0] = highest;
  for (let t = 1; t <= n; t++) {
    if (2 * (count + 2) + 1 > current.start.length) {
      enlarge(current, 4 * (count + 2));
      enlarge(split, 4 * (count + 2));
    }
    const value = x[t - 1];
    const parts = addLoss(current, count, split, lowest, value, bend, steep, flat);
    let best = Number.POSITIVE_INFINITY;
    let winner = 0;
    let left = lowest;
    for (let k = 0; k < parts; k++) {
      const cost = leastOf(split.square[k], split.linear[k], split.constant[k], left, split.right[k]);
      if (cost < best) {
        best = cost;
        winner = split.start[k];
      }
      left = split.right[k];
    }
    last[t] = winner;
    count = cutAbove(split, parts, current, t, best + penalty, lowest);
  }
  return last;
}

/** Standard deviation of the noise from first differences: by their median, or by their squares where that is 0. */
function noiseOf(x: Float64Array): number {
  const differences = new Float64Array(x.length - 1);
  let squares = 0;
  for (let i = 1; i < x.length; i++) {
    differences[i - 1] = Math.abs(x[i] - x[i - 1]);
    squares += (x[i] - x[i - 1]) ** 2;
  }
  const scale = (1.4826 * quantileSelect(differences, 0.5)) / Math.SQRT2;
  return scale > 0 ? scale : Math.sqrt(squares / (2 * differences.length));
}

/** Adds one observation's loss to every piece, splitting those where it bends; returns the number of pieces. */
function addLoss(
  from: Pieces,
  count: number,
  to: Pieces,
  lowest: number,
  value: number,
  bend: number,
  steep: number,
  flat: number,
): number {
  const low = value - bend;
  const high = value + bend;
  let parts = 0;
  let left = lowest;
  // 0 below the lower bend, 1 between the bends, 2 above.
  let zone = 0;
  for (let k = 0; k < count; ) {
    const end = zone === 0 ? low : zone === 1 ? high : Number.POSITIVE_INFINITY;
    const right = Math.min(from.right[k], end);
    if (right > left) {
      const [square, linear, constant] = [from.square[k], from.linear[k], from.constant[k]];
      if (zone === 0) put(to, parts, from.start[k], square, linear - steep, constant + steep * value + flat);
      else if (zone === 1) put(to, parts, from.start[k], square + 1, linear - 2 * value, constant + value * value);
      else put(to, parts, from.start[k], square, linear + steep, constant - steep * value + flat);
      to.right[parts++] = right;
      left = right;
    }
    if (end < from.right[k]) zone++;
    else k++;
  }
  return parts;
}

/** Least value of a convex piece between its ends. */
function leastOf(square: number, linear: number, constant: number, left: number, right: number): number {
  const lowest = square > 0 ? -linear / (2 * square) : linear > 0 ? left : right;
  const at = Math.min(Math.max(lowest, left), right);
  return (square * at + linear) * at + constant;
}

/** Gives the start t whatever lies above the limit; returns the number of pieces. */
function cutAbove(from: Pieces, parts: number, to: Pieces, t: number, limit: number, lowest: number): number {
  let count = 0;
  let left = lowest;
  for (let k = 0; k < parts; k++) {
    const [square, linear, constant, right] = [from.square[k], from.linear[k], from.constant[k], from.right[k]];
    const above = (square * left + linear) * left + constant > limit;
    const endsAbove = (square * right + linear) * right + constant > limit;
    let low = left;
    let high = right;
    if (above || endsAbove) {
      let first = Number.NEGATIVE_INFINITY;
      let second = Number.POSITIVE_INFINITY;
      if (square > 0) {
        const middle = -linear / (2 * square);
        const gap = limit - (constant + (linear * middle) / 2);
        const reach = gap > 0 ? Math.sqrt(gap / square) : 0;
        first = gap > 0 ? middle - reach : right;
        second = middle + reach;
      } else if (linear < 0) first = (limit - constant) / linear;
      else if (linear > 0) second = (limit - constant) / linear;
      else first = right;
      if (above) low = Math.min(Math.max(left, first), right);
      if (endsAbove) high = Math.min(Math.max(low, second), right);
    }
    if (low > left) count = claim(to, count, t, limit, low);
    if (high > low) {
      put(to, count, from.start[k], square, linear, constant);
      to.right[count++] = high;
    }
    if (right > high) count = claim(to, count, t, limit, right);
    left = right;
  }
  return count;
}
