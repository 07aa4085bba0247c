import { commitmentQuantile } from "./commitment-quantile.js";
import type { ReservationOffer } from "./reservation-offers.js";
import type { OpenDemand, Reservation } from "./types.js";

/**
 * The reservations of least expected cost when no savings plan ties the families together: exact, family by family.
 *
 * Within the horizon the terms of a family do the same for different prices, so they are bought cheapest first, each up
 * to its limit and to the level at which one more GPU no longer pays at its price.
 *
 * @param offers of each family the cheapest first
 * @param from,to hours of the open demand that count, `[from, to)` of its arrays; default all
 */
export function buySeparately(
  open: readonly OpenDemand[],
  offers: readonly ReservationOffer[],
  from = 0,
  to = Number.POSITIVE_INFINITY,
): Reservation[] {
  return open.flatMap((demand) => {
    const own = offers.filter(({ family }) => family === demand.family);
    if (own.length === 0) return [];
    const sorted = (values: Float64Array) => values.slice(from, to).sort();
    const { onDemand, spot } = demand;
    const all = sorted(demand.open);
    const ordered = { onDemand, spot, open: all, firm: demand.firm === demand.open ? all : sorted(demand.firm) };
    let held = 0;
    return own.map(({ family, term, price, most }): Reservation => {
      const gpus = Math.min(most, Math.max(0, commitmentQuantile(ordered, price) - held));
      held += gpus;
      return { family, term, price, gpus };
    });
  });
}
