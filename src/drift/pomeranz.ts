import { stirlingError } from "./stirling-error.js";

/**
 * P(D_n ≤ d) of the one-sample Kolmogorov-Smirnov statistic, exactly (Pomeranz 1974, as Simard & L'Ecuyer 2011 have it).
 *
 * The n points are those of a Poisson process of rate 1 over [0, n], given that there are n of them: the process must
 * stay between u − nd and u + nd. What it may be at changes where one of the lines meets a whole number; between two
 * such places it grows by a Poisson variable. Takes O(n·nd) steps.
 *
 * @param n points, a whole number
 * @param d 0 < d < 1
 */
export function kolmogorovCdfExact(n: number, d: number): number {
  const reach = n * d;
  const width = 2 * Math.ceil(reach) + 2;
  // Probabilities that the process has low, low + 1 … points so far.
  let process = new Float64Array(width);
  let grown = new Float64Array(width);
  process[0] = 1;
  let [low, high, at] = [0, 0, 0];
  // The next place where the process must have grown to `floor`, and the next until which it must not pass `ceiling`.
  let floor = 1;
  let ceiling = Math.floor(reach);
  while (at < n) {
    const mustGrow = floor - 1 + reach;
    const mayGrow = ceiling + 1 - reach;
    const next = Math.min(mustGrow, mayGrow, n);
    const newLow = next === n ? n : next === mustGrow ? floor : low;
    const newHigh = next === n ? Math.min(n, ceiling) : ceiling;
    if (newLow > newHigh) return 0;
    grow(process, grown, { size: high - low + 1, length: next - at, from: newLow - low, to: newHigh - low });
    [process, grown] = [grown, process];
    if (next === mustGrow) floor++;
    if (next === mayGrow) ceiling++;
    [low, high, at] = [newLow, newHigh, next];
  }
  // Divided by the chance that the process has n points at all.
  return Math.min(1, process[0] * Math.sqrt(2 * Math.PI * n) * Math.exp(stirlingError(n)));
}

/** A step of the process; its places are counted from the lowest one before. */
interface Step {
  /** Places before. */
  size: number;
  length: number;
  /** The places after. */
  from: number;
  to: number;
}

/** A step is at most 1 long, so that growth by more than this is less likely than 1e-18. */
const MOST_GROWTH = 20;
const growth = new Float64Array(MOST_GROWTH + 1);

/** Probabilities of the places after a step, into `grown`. */
function grow(process: Float64Array, grown: Float64Array, { size, length, from, to }: Step): void {
  const most = Math.min(to, MOST_GROWTH);
  growth[0] = Math.exp(-length);
  for (let k = 1; k <= most; k++) growth[k] = (growth[k - 1] * length) / k;
  for (let place = from; place <= to; place++) {
    const last = Math.min(place, size - 1);
    let sum = 0;
    for (let i = Math.max(0, place - most); i <= last; i++) sum += process[i] * growth[place - i];
    grown[place - from] = sum;
  }
}
