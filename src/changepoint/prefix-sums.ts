import { accumulate } from "../core/compensated-sums.js";
import { InputError, LARGEST_VALUE } from "../core/index.js";

/** Columns of `momentSums`: observations, values and squared values, each a pair of numbers. */
export const MOMENT_STRIDE = 6;

/** Most observations that `centreOf` looks at. */
const SAMPLE = 99;

/**
 * A value in the midst of a series: the median of some evenly spaced observations; 0 when all are missing. Sums of
 * squares around it do not cancel, also when a few values are absurdly large, which a mean would follow.
 *
 * @throws {InputError} when a value is infinite or beyond 1e100
 */
export function centreOf(y: Float64Array): number {
  const step = Math.ceil(y.length / SAMPLE);
  const sample = new Float64Array(SAMPLE);
  let size = 0;
  let next = 0;
  for (let i = 0; i < y.length; i++) {
    if (Number.isNaN(y[i])) continue;
    if (Math.abs(y[i]) > LARGEST_VALUE) {
      throw new InputError(`value at index ${i} is ${y[i]}; leave out what is missing as NaN`, { index: i });
    }
    if (i < next) continue;
    sample[size++] = y[i];
    next = i - (i % step) + step;
  }
  return size === 0 ? 0 : sample.subarray(0, size).sort()[size >> 1];
}

/** Running sums of 1, y − centre and (y − centre)² over the observations that are not missing. */
export function momentSums(y: Float64Array, centre: number): Float64Array {
  const rows = new Float64Array((y.length + 1) * MOMENT_STRIDE);
  for (let i = 0; i < y.length; i++) {
    const value = y[i] - centre;
    if (Number.isNaN(value)) continue;
    const at = (i + 1) * MOMENT_STRIDE;
    rows[at] = 1;
    rows[at + 2] = value;
    rows[at + 4] = value * value;
  }
  accumulate(rows, MOMENT_STRIDE);
  return rows;
}
