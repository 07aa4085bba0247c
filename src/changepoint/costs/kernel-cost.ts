import { InputError, quantileSelect } from "../../core/index.js";
import { centreOf } from "../prefix-sums.js";
import type { SegmentCost } from "../types.js";

/** Longest series of a kernel search, whose time grows with the square of the length. */
export const KERNEL_LIMIT = 5000;

/** Most pairs whose distances give the bandwidth. */
const PAIRS = 200_000;

/**
 * Scatter of a segment around its mean in the feature space of a Gaussian kernel exp(−(a−b)²/m), m the median squared
 * distance of two observations: changes of any part of the distribution (Arlot, Celisse & Harchaoui 2019). At most one
 * per observation, whatever the units. Missing (NaN) observations cost nothing.
 *
 * Kernel columns are made as the segment's end moves on, so memory is linear; a search asks ends in ascending order,
 * which takes O(n) each. Going back to an earlier end starts over, O(end²).
 *
 * @throws {InputError} above 5,000 observations, on an infinite value
 */
export function kernelCost(y: Float64Array): SegmentCost {
  if (y.length > KERNEL_LIMIT) {
    const hint = "use nonparametric, or aggregate the series first";
    throw new InputError(`the kernel cost takes at most ${KERNEL_LIMIT} observations, got ${y.length}: ${hint}`, {});
  }
  centreOf(y); // refuses infinite values
  const rate = -1 / medianSquaredDistance(y.filter((value) => !Number.isNaN(value)));
  // Of every start: observations and sum of the kernel over their pairs, up to `reached`.
  const counts = new Int32Array(y.length);
  const sums = new Float64Array(y.length);
  let reached = 0;
  const advance = (): void => {
    const value = y[reached++];
    if (Number.isNaN(value)) return;
    let column = 0;
    for (let i = reached - 1; i >= 0; i--) {
      if (!Number.isNaN(y[i])) column += 2 * Math.exp(rate * (value - y[i]) * (value - y[i]));
      counts[i]++;
      sums[i] += column - 1;
    }
  };
  return {
    cost(start, end) {
      if (end < reached) {
        counts.fill(0);
        sums.fill(0);
        reached = 0;
      }
      while (reached < end) advance();
      return counts[start] === 0 ? 0 : Math.max(0, counts[start] - sums[start] / counts[start]);
    },
    parameters: 1,
    minSize: 1,
  };
}

/** Median squared distance over evenly spaced pairs; the mean one where more than half are 0; 1 in a constant series. */
function medianSquaredDistance(x: Float64Array): number {
  const pairs = (x.length * (x.length - 1)) / 2;
  const step = Math.max(1, Math.ceil(pairs / PAIRS));
  const distances = new Float64Array(Math.ceil(pairs / step));
  let size = 0;
  let pair = 0;
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      if (pair++ % step !== 0) continue;
      const distance = (x[i] - x[j]) ** 2;
      distances[size++] = distance;
      sum += distance;
    }
  }
  const middle = size === 0 ? 0 : quantileSelect(distances, 0.5);
  if (middle > 0) return middle;
  return sum > 0 ? sum / size : 1;
}
