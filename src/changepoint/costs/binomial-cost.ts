import { accumulate, sumBetween } from "../../core/compensated-sums.js";
import { InputError } from "../../core/index.js";
import type { SegmentCost } from "../types.js";

/** Pairs of running sums a row: total, bad, log-likelihood ratios to the overall share. */
const STRIDE = 6;

/**
 * Binomial deviance around the segment's share: changes of a ratio bad / total, every row weighing by its total. Rows
 * with a missing (NaN) number or a total of 0 cost nothing.
 *
 * @param bad 0 … total
 * @param total trials of every row
 * @throws {InputError} on a negative or infinite number, more bad than total, another length
 */
export function binomialCost(bad: Float64Array, total: Float64Array): SegmentCost {
  checkShares(bad, total);
  const rows = new Float64Array((bad.length + 1) * STRIDE);
  const share = overallShare(bad, total);
  for (let i = 0; i < bad.length; i++) {
    if (!(total[i] > 0) || Number.isNaN(bad[i])) continue;
    const at = (i + 1) * STRIDE;
    rows[at] = total[i];
    rows[at + 2] = bad[i];
    rows[at + 4] = logRatio(bad[i], total[i], share);
  }
  accumulate(rows, STRIDE);
  return {
    cost(start, end) {
      const from = start * STRIDE;
      const to = end * STRIDE;
      const around = logRatio(sumBetween(rows, from + 2, to + 2), sumBetween(rows, from, to), share);
      return Math.max(0, 2 * (sumBetween(rows, from + 4, to + 4) - around));
    },
    parameters: 1,
    minSize: 1,
  };
}

/** Log-likelihood of the own share over that of the given one: from one overall share, sums of it do not cancel. */
function logRatio(bad: number, total: number, share: number): number {
  const good = total - bad;
  const ofBad = bad > 0 ? bad * Math.log(bad / (total * share)) : 0;
  return good > 0 ? ofBad + good * Math.log(good / (total * (1 - share))) : ofBad;
}

function overallShare(bad: Float64Array, total: Float64Array): number {
  let sum = 0;
  let trials = 0;
  for (let i = 0; i < bad.length; i++) {
    if (!(total[i] > 0) || Number.isNaN(bad[i])) continue;
    sum += bad[i];
    trials += total[i];
  }
  return trials === 0 ? 0 : sum / trials;
}

function checkShares(bad: Float64Array, total: Float64Array): void {
  if (bad.length !== total.length) {
    throw new InputError(`${total.length} totals for ${bad.length} bad counts: give one to each`, {});
  }
  for (let i = 0; i < bad.length; i++) {
    if (bad[i] < 0 || bad[i] > total[i] || total[i] < 0 || total[i] === Number.POSITIVE_INFINITY) {
      throw new InputError(`at index ${i} ${bad[i]} of ${total[i]} are bad; it must be 0 ≤ bad ≤ total`, { index: i });
    }
  }
}
