import type { PricesFile, Term } from "./prices-file.js";
import type { OpenDemand } from "./types.js";

/** A part of a family's demand that a savings plan may serve. */
export interface Cover {
  /** Position of the family. */
  family: number;
  /** Whether it replaces on-demand GPUs; otherwise spot ones. */
  firm: boolean;
  /** Price of a covered GPU-hour. */
  rate: number;
  /** Price of the GPU-hour that it replaces. */
  replaces: number;
  /** Money saved by one unit of committed money: `replaces ÷ rate`; 1 ÷ (1 − discount) for on demand. */
  worth: number;
}

/** Price of a covered GPU-hour by family under the savings plan of a term; undefined where it does not apply. */
export function rateOf(prices: PricesFile, term: Term): (family: string) => number | undefined {
  const rates = prices.savings_plans?.[term]?.rates ?? {};
  return (family) => (Object.hasOwn(rates, family) ? rates[family] : undefined);
}

/**
 * The order in which a savings plan is used up within an hour: the highest discount against the price it replaces first
 * (ties by family). As the money is spent anyway, what would run on spot comes in too, at its own price.
 */
export function coverOrder(open: readonly OpenDemand[], rate: (family: string) => number | undefined): Cover[] {
  return open
    .flatMap(({ family, onDemand, spot }, f): Cover[] => {
      const price = rate(family);
      if (price === undefined) return [];
      const cover = (firm: boolean, replaces: number): Cover => ({
        family: f,
        firm,
        rate: price,
        replaces,
        worth: replaces / price,
      });
      return spot < onDemand ? [cover(true, onDemand), cover(false, spot)] : [cover(true, onDemand)];
    })
    .sort((a, b) => b.worth - a.worth);
}
