import { countAbove } from "../estimate.js";

/** A commitment must save more than its price by this share: a tie, also one that rounding breaks, buys nothing. */
const TIE = 1e-12;

/** What a further GPU held would replace: `firm` and `open` of the open demand, each sorted ascending. */
export interface SortedDemand {
  onDemand: number;
  spot: number;
  firm: Float64Array;
  open: Float64Array;
}

/**
 * GPUs to reserve at a price: the smallest level at which one more GPU saves no more than it costs.
 *
 * With c GPUs held, one more saves the on-demand price in the hours with c < firm and the spot price in those with
 * firm ≤ c < open: a falling step function with its steps at the values of both. Without spot (firm = open) that is the
 * newsvendor's quantile, P(D > c) = price ÷ on demand (Arrow, Harris & Marschak 1951). Exact: no search over a grid.
 *
 * @param price per GPU-hour
 * @returns 0 or one of the values
 */
export function commitmentQuantile(demand: SortedDemand, price: number): number {
  const { onDemand, spot, firm, open } = demand;
  const threshold = price * open.length * (1 + TIE);
  const enough = (gpus: number) =>
    (onDemand - spot) * countAbove(firm, gpus) + spot * countAbove(open, gpus) <= threshold;
  if (enough(0)) return 0;
  return Math.min(firstWhere(firm, enough), firstWhere(open, enough));
}

/** First of the ascending values that satisfies a condition which holds from some value on; infinity for none. */
function firstWhere(sorted: Float64Array, holds: (value: number) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(sorted[middle])) high = middle;
    else low = middle + 1;
  }
  return low < sorted.length ? sorted[low] : Number.POSITIVE_INFINITY;
}
