import type { Derivation } from "./derivation.js";
import { addExactly, roundExactSum } from "./exact-sum.js";

/** Beyond this a value counts as infinite, so that no sum of finite ones overflows. */
const LARGEST = 1e290;

/** Mean of the values in (t − window, t] that are not missing; see `createDeriver`. */
export function createTrailingMean(windowMs: number): Derivation {
  // Values that are not missing and their times: a ring, whose room is a power of two.
  let times = new Float64Array(16);
  let values = new Float64Array(16);
  let first = 0;
  let count = 0;
  let sum: number[] = [];
  const infinite = { above: 0, below: 0 };

  const change = (value: number, by: 1 | -1): void => {
    if (value > LARGEST) infinite.above += by;
    else if (value < -LARGEST) infinite.below += by;
    else addExactly(sum, by * value);
    count += by;
  };
  const mean = (): number => {
    if (count === 0 || (infinite.above > 0 && infinite.below > 0)) return Number.NaN;
    if (infinite.above > 0) return Number.POSITIVE_INFINITY;
    if (infinite.below > 0) return Number.NEGATIVE_INFINITY;
    return roundExactSum(sum) / count;
  };
  const grow = (): void => {
    const unrolled = (ring: Float64Array) => {
      const wider = new Float64Array(2 * ring.length);
      wider.set(ring.subarray(first));
      wider.set(ring.subarray(0, first), ring.length - first);
      return wider;
    };
    [times, values, first] = [unrolled(times), unrolled(values), 0];
  };

  return {
    reset() {
      [first, count, sum] = [0, 0, []];
      [infinite.above, infinite.below] = [0, 0];
    },
    run([input], ts, from, to, out) {
      for (let i = from; i < to; i++) {
        while (count > 0 && times[first] <= ts[i] - windowMs) {
          change(values[first], -1);
          first = (first + 1) & (values.length - 1);
        }
        const value = input[i];
        if (!Number.isNaN(value)) {
          if (count === values.length) grow();
          const at = (first + count) & (values.length - 1);
          times[at] = ts[i];
          values[at] = value;
          change(value, 1);
        }
        out[i] = mean();
      }
    },
  };
}
