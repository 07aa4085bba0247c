import type { Term } from "./prices-file.js";

const MONTHS: Readonly<Record<Term, number>> = Object.freeze({ "1y": 12, "3y": 36 });

/** Hours for which a term is paid. */
export const TERM_HOURS: Readonly<Record<Term, number>> = Object.freeze({ "1y": 8760, "3y": 26_280 });

/** When a commitment pays. */
export interface BreakEven {
  /** Share of the hours in which it must be used to cost no more than on demand. */
  utilisation: number;
  /** Months of full use after which on demand would have cost as much as the whole term. */
  months: number;
}

/** Break-even of a price against on demand (of a savings plan's rate: the price of the covered GPU-hour). */
export function breakEven(term: Term, price: number, onDemand: number): BreakEven {
  return { utilisation: price / onDemand, months: (MONTHS[term] * price) / onDemand };
}

/**
 * Months for which the need must last for three years to cost less than one-year terms renewed at the same price; null
 * when renewals stay cheaper or as cheap for all three years.
 */
export function monthsOverRenewal(oneYear: number, threeYears: number): number | null {
  // Each started year costs 12 months: the first number of years that costs more than the three.
  const years = [1, 2, 3].find((count) => count * oneYear > 3 * threeYears);
  return years === undefined ? null : 12 * (years - 1);
}
