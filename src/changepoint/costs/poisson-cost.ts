import { accumulate, sumBetween } from "../../core/compensated-sums.js";
import { InputError } from "../../core/index.js";
import type { SegmentCost } from "../types.js";

/** Pairs of running sums a row: exposure, counts, deviances from the overall rate. */
const STRIDE = 6;

/**
 * Poisson deviance around the segment's rate, 2 Σ (y ln(y / rate·e) − (y − rate·e)): changes of a count, or of a rate
 * when every count has its exposure (requests, hours, vehicles). Rows whose count or exposure is missing (NaN), and
 * rows without exposure, cost nothing.
 *
 * @param y counts, not negative
 * @param exposure of every count, in any unit; default 1 each
 * @throws {InputError} on a negative or infinite count or exposure, a count without exposure, another length
 */
export function poissonCost(y: Float64Array, exposure?: Float64Array): SegmentCost {
  checkCounts(y, exposure);
  const rows = new Float64Array((y.length + 1) * STRIDE);
  const rate = overallRate(y, exposure);
  for (let i = 0; i < y.length; i++) {
    const e = exposure ? exposure[i] : 1;
    if (!(e > 0) || Number.isNaN(y[i])) continue;
    const at = (i + 1) * STRIDE;
    rows[at] = e;
    rows[at + 2] = y[i];
    rows[at + 4] = halfDeviance(y[i], rate * e);
  }
  accumulate(rows, STRIDE);
  return {
    cost(start, end) {
      const from = start * STRIDE;
      const to = end * STRIDE;
      const mean = rate * sumBetween(rows, from, to);
      const around = halfDeviance(sumBetween(rows, from + 2, to + 2), mean);
      return Math.max(0, 2 * (sumBetween(rows, from + 4, to + 4) - around));
    },
    parameters: 1,
    minSize: 1,
  };
}

/** y ln(y / mean) − (y − mean): taken from one overall rate, sums of it stay small and do not cancel. */
function halfDeviance(y: number, mean: number): number {
  return y > 0 ? y * Math.log(y / mean) - (y - mean) : mean;
}

function overallRate(y: Float64Array, exposure: Float64Array | undefined): number {
  let counts = 0;
  let total = 0;
  for (let i = 0; i < y.length; i++) {
    const e = exposure ? exposure[i] : 1;
    if (!(e > 0) || Number.isNaN(y[i])) continue;
    counts += y[i];
    total += e;
  }
  return total === 0 ? 0 : counts / total;
}

/** @throws {InputError} on a negative or infinite count or exposure, a count without exposure, another length */
export function checkCounts(y: Float64Array, exposure?: Float64Array): void {
  if (exposure && exposure.length !== y.length) {
    throw new InputError(`${exposure.length} exposures for ${y.length} counts: give one to each`, {});
  }
  for (let i = 0; i < y.length; i++) {
    if (y[i] < 0 || y[i] === Number.POSITIVE_INFINITY) {
      throw new InputError(`count at index ${i} is ${y[i]}; counts are finite and not negative`, { index: i });
    }
    if (!exposure) continue;
    if (exposure[i] < 0 || exposure[i] === Number.POSITIVE_INFINITY) {
      throw new InputError(`exposure at index ${i} is ${exposure[i]}; it must be finite and not negative`, {
        index: i,
      });
    }
    if (exposure[i] === 0 && y[i] > 0) {
      throw new InputError(`count ${y[i]} at index ${i} has exposure 0; leave it out as NaN`, { index: i });
    }
  }
}
