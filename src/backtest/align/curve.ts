/** Rows or fixes further apart are not joined, ms. */
const MOST_GAP_MS = 2000;

/** Values at rising times, between which lines are drawn. */
export interface Curve {
  t: Float64Array;
  y: Float64Array;
  /** Gaps longer than {@link MOST_GAP_MS} up to each time. */
  gaps: Int32Array;
}

/** A curve through the rows where both columns are finite. */
export function curveOf(t: Float64Array, y: Float64Array): Curve {
  const rows = Array.from(t.keys()).filter((i) => Number.isFinite(t[i]) && Number.isFinite(y[i]));
  const times = Float64Array.from(rows, (i) => t[i]);
  const gaps = new Int32Array(rows.length);
  for (let k = 1; k < rows.length; k++) gaps[k] = gaps[k - 1] + (times[k] - times[k - 1] > MOST_GAP_MS ? 1 : 0);
  return { t: times, y: Float64Array.from(rows, (i) => y[i]), gaps };
}

/** Row of the last time that is not after `time`; −1 before the first. */
function rowAt({ t }: Curve, time: number): number {
  let [low, high] = [-1, t.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (t[middle] <= time) low = middle;
    else high = middle;
  }
  return low;
}

/** Change of a curve between two times; NaN where either lies outside of it, or a gap within. */
export function changeOf(curve: Curve, from: number, to: number): number {
  const { t, y, gaps } = curve;
  const [a, b] = [rowAt(curve, from), rowAt(curve, to)];
  // The row behind `to` bounds the line on which `to` lies.
  const end = b >= 0 && t[b] === to ? b : b + 1;
  if (a < 0 || end >= t.length || gaps[a] !== gaps[end]) return Number.NaN;
  const value = (row: number, time: number) =>
    t[row] === time ? y[row] : y[row] + ((y[row + 1] - y[row]) * (time - t[row])) / (t[row + 1] - t[row]);
  return value(b, to) - value(a, from);
}

/** The curve's integral over time (ms), by the trapezoid rule; across a gap it stays. */
export function integralOf({ t, y, gaps }: Curve): Curve {
  const sums = new Float64Array(t.length);
  for (let k = 1; k < t.length; k++) {
    const joined = gaps[k] === gaps[k - 1];
    sums[k] = sums[k - 1] + (joined ? ((y[k - 1] + y[k]) / 2) * (t[k] - t[k - 1]) : 0);
  }
  return { t, y: sums, gaps };
}
