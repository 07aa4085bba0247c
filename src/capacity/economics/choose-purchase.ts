import type { Highs } from "highs";
import { buyJointly, type JointSetting, type Risk, type SavingsPlanOffer } from "./buy-jointly.js";
import { buySeparately } from "./buy-separately.js";
import { type PricesFile, TERMS } from "./prices-file.js";
import { type ReservationOffer, reservationOffers } from "./reservation-offers.js";
import { coverOrder, rateOf } from "./savings-plan.js";
import type { OpenDemand, Purchase } from "./types.js";

/** What may be bought. */
export interface Offers {
  reservations: ReservationOffer[];
  /** Savings plans that could save anything. */
  plans: SavingsPlanOffer[];
}

/** What the prices offer for the open demand. */
export function offersFor(open: readonly OpenDemand[], prices: PricesFile): Offers {
  const plans = TERMS.flatMap((term): SavingsPlanOffer[] => {
    const offer = prices.savings_plans?.[term];
    const order = coverOrder(open, rateOf(prices, term));
    const most = offer?.max_hourly_usd ?? Number.POSITIVE_INFINITY;
    return offer && most > 0 && order.some(({ worth }) => worth > 1) ? [{ term, order, most }] : [];
  });
  return {
    reservations: reservationOffers(
      open.map(({ family }) => family),
      prices,
    ),
    plans,
  };
}

export interface ChosenPurchase {
  purchase: Purchase;
  /** How far the cost may be above the optimum, relative to it; 0 where the method is exact. */
  gap: number;
}

/**
 * The best purchase for some scenarios: exact quantiles when the mean counts alone and no savings plan is offered, else
 * cutting planes. At most one savings plan is bought: each term is tried, and none.
 *
 * @param highs needed (not null) when a plan is offered or the risk has a weight
 */
export function choosePurchase(
  highs: Highs | null,
  setting: Omit<JointSetting, "offers" | "plan">,
  { reservations, plans }: Offers,
): ChosenPurchase {
  const { open, hours, from, to, risk } = setting;
  const alone = buySeparately(open, reservations, from * hours, to * hours);
  if (!highs || !needsProgramme(plans, risk)) return { purchase: { reservations: alone, savingsPlan: null }, gap: 0 };
  const tried = (plans.length > 0 ? plans : [null]).map((plan) =>
    buyJointly(highs, { ...setting, offers: reservations, plan }, alone),
  );
  const best = tried.reduce((a, b) => (b.total < a.total ? b : a));
  const bound = Math.min(...tried.map((one) => one.bound));
  return { purchase: best.purchase, gap: best.total > 0 ? (best.total - bound) / best.total : 0 };
}

/** Whether the purchase needs the programme rather than quantiles. */
export function needsProgramme(plans: readonly SavingsPlanOffer[], risk: Risk): boolean {
  return plans.length > 0 || risk.weight > 0;
}
