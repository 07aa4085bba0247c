import { enlarge } from "./enlarge.js";

/** Pieces that there is room for at first. */
const ROOM = 32;

/**
 * The best cost so far as a function of the last segment's rate: pieces from left to right, each of the start of the
 * last segment for which it is best, rest + length · (rate − overall) − sum · ln(rate / overall).
 */
interface Pieces {
  start: Int32Array;
  sum: Float64Array;
  rest: Float64Array;
  /** Right end of the piece, as a rate and as the logarithm of its ratio to the overall rate. */
  right: Float64Array;
  rightLog: Float64Array;
}

function pieces(): Pieces {
  return {
    start: new Int32Array(ROOM),
    sum: new Float64Array(ROOM),
    rest: new Float64Array(ROOM),
    right: new Float64Array(ROOM),
    rightLog: new Float64Array(ROOM),
  };
}

/** Gives everything up to `right` to the start t, whose cost is constant so far; returns the number of pieces. */
function claim(next: Pieces, count: number, t: number, cost: number, right: number, rightLog: number): number {
  const at = count > 0 && next.start[count - 1] === t ? count - 1 : count;
  next.start[at] = t;
  next.sum[at] = 0;
  next.rest[at] = cost;
  next.right[at] = right;
  next.rightLog[at] = rightLog;
  return at + 1;
}

/** Half the deviance of a piece at a rate. */
function costAt(rest: number, sum: number, length: number, overall: number, rate: number, log: number): number {
  const flat = rest + length * (rate - overall);
  return sum === 0 ? flat : flat - sum * log;
}

/**
 * Where a piece crosses a limit above its least value, as the logarithm of the rate over the overall rate: Newton's
 * method on a convex function, from the crossing of its series.
 *
 * @param side −1 for the crossing below the piece's own rate, 1 for that above
 */
function crossing(gap: number, sum: number, length: number, overall: number, side: number): number {
  const own = Math.log(sum / (length * overall));
  // With v = ln(rate / own rate): sum · (e^v − 1 − v) = gap.
  const level = gap / sum;
  const root = side * Math.sqrt(2 * level);
  let v = level < 0.5 ? root * (1 + root * (root / 36 - 1 / 6)) : root;
  for (let i = 0; i < 60; i++) {
    const slope = Math.expm1(v);
    const step = (slope - v - level) / slope;
    v -= step;
    if (!(Math.abs(step) > 1e-12 * Math.abs(v))) break;
  }
  return own + v;
}

/**
 * For every end of a prefix, the start of the last segment of its best segmentation, under Poisson deviance.
 *
 * @param x counts, not negative
 * @param penalty in units of the deviance
 */
export function poissonLastChanges(x: Float64Array, penalty: number): Int32Array {
  const n = x.length;
  const last = new Int32Array(n + 1);
  let [lowest, highest, overall] = [x[0], x[0], 0];
  for (let i = 0; i < n; i++) {
    lowest = Math.min(lowest, x[i]);
    highest = Math.max(highest, x[i]);
    overall += x[i] / n;
  }
  if (lowest === highest) return last;
  // A little more room, so that no rounded rate falls outside.
  lowest *= 1 - 1e-9;
  highest *= 1 + 1e-9;
  const lowestLog = Math.log(lowest / overall);

  let current = pieces();
  let next = pieces();
  let count = 1;
  current.right[0] = highest;
  current.rightLog[0] = Math.log(highest / overall);
  for (let t = 1; t <= n; t++) {
    if (2 * count + 1 > current.start.length) {
      enlarge(current, 4 * count);
      enlarge(next, 4 * count);
    }
    const { start, sum, rest, right, rightLog } = current;
    const value = x[t - 1];
    const deviance = value > 0 ? value * Math.log(value / overall) - (value - overall) : overall;
    let best = Number.POSITIVE_INFINITY;
    let winner = 0;
    let left = lowest;
    for (let k = 0; k < count; k++) {
      sum[k] += value;
      rest[k] += deviance;
      const length = t - start[k];
      const rate = sum[k] / length;
      if (rate >= left && rate <= right[k]) {
        const cost = costAt(rest[k], sum[k], length, overall, rate, Math.log(rate / overall));
        if (cost < best) {
          best = cost;
          winner = start[k];
        }
      }
      left = right[k];
    }
    last[t] = winner;

    // Wherever a change now is cheaper than every piece, the start t takes over.
    const limit = best + penalty / 2;
    let kept = 0;
    left = lowest;
    let above = costAt(rest[0], sum[0], t - start[0], overall, lowest, lowestLog) > limit;
    for (let k = 0; k < count; k++) {
      const end = right[k];
      const endLog = rightLog[k];
      const length = t - start[k];
      const endsAbove = costAt(rest[k], sum[k], length, overall, end, endLog) > limit;
      let from = left;
      let to = end;
      let toLog = endLog;
      if (above || endsAbove) {
        const rate = sum[k] / length;
        const gap = limit - costAt(rest[k], sum[k], length, overall, rate, Math.log(rate / overall));
        let fromLog = endLog;
        if (!(gap > 0) || (above && sum[k] === 0)) from = end;
        else {
          if (above) {
            fromLog = crossing(gap, sum[k], length, overall, -1);
            from = overall * Math.exp(fromLog);
            if (from <= left) from = left;
            else if (from >= end) [from, fromLog] = [end, endLog];
          }
          if (endsAbove) {
            toLog = sum[k] > 0 ? crossing(gap, sum[k], length, overall, 1) : Math.log(gap / (length * overall));
            to = overall * Math.exp(toLog);
            if (to >= end) [to, toLog] = [end, endLog];
            else if (to < from) [to, toLog] = [from, fromLog];
          }
        }
        if (from > left) kept = claim(next, kept, t, limit, from, fromLog);
      }
      if (to > from) {
        next.start[kept] = start[k];
        next.sum[kept] = sum[k];
        next.rest[kept] = rest[k];
        next.right[kept] = to;
        next.rightLog[kept++] = toLog;
      }
      if (end > to) kept = claim(next, kept, t, limit, end, endLog);
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
