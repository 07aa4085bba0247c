import { type PricesFile, TERMS, type Term } from "./prices-file.js";

/** A reservation that may be bought. */
export interface ReservationOffer {
  family: string;
  term: Term;
  /** Per GPU-hour. */
  price: number;
  /** Most GPUs; infinity without a limit. */
  most: number;
}

/** Reservations on offer for these families, of each family the cheapest first (ties: the shorter term). */
export function reservationOffers(families: readonly string[], prices: PricesFile): ReservationOffer[] {
  return families.flatMap((family) => {
    const { commit = {}, max_commit = {} } = prices.families[family];
    return TERMS.flatMap((term): ReservationOffer[] => {
      const price = commit[term];
      return price === undefined ? [] : [{ family, term, price, most: max_commit[term] ?? Number.POSITIVE_INFINITY }];
    }).sort((a, b) => a.price - b.price);
  });
}
