import { hourlyCost } from "./hourly-cost.js";
import type { NettedDemand } from "./net-existing.js";
import type { PricesFile } from "./prices-file.js";
import { coverOrder, rateOf } from "./savings-plan.js";
import type { Purchase } from "./types.js";

/**
 * Cost of the scenarios `[from, to)` under a purchase: all commitments for all hours, existing ones until they end, and
 * what is left to buy by the hour.
 */
export function scenarioCosts(
  { held, open }: NettedDemand,
  prices: PricesFile,
  { reservations, savingsPlan }: Purchase,
  hours: number,
  from: number,
  to: number,
): Float64Array {
  const gpus = Float64Array.from(open, ({ family }) =>
    reservations.reduce((sum, one) => sum + (one.family === family ? one.gpus : 0), 0),
  );
  const order = savingsPlan ? coverOrder(open, rateOf(prices, savingsPlan.term)) : [];
  const plan = savingsPlan?.hourly ?? 0;
  const existing = held.reduce((sum, { hourly, endHour }) => sum + hourly * endHour, 0);
  const bought = reservations.reduce((sum, one) => sum + one.gpus * one.price, plan) * hours;
  return hourlyCost(open, order, { gpus, plan }, hours, from, to).costs.map((cost) => existing + bought + cost);
}
