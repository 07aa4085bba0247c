import { HOUR_MS, parseInstant } from "../../core/time.js";
import { type FamilyPrices, type PricesFile, TERMS, type Term } from "./prices-file.js";
import { type Cover, coverOrder, rateOf } from "./savings-plan.js";
import type { DemandScenarios, OpenDemand } from "./types.js";

/** A commitment that is held already. */
export interface Held {
  /** null for a savings plan. */
  family: string | null;
  term: Term;
  /** GPUs; of a savings plan money an hour. */
  size: number;
  /** Money an hour. */
  hourly: number;
  /** First hour, counted from the start of the demand, in which it no longer holds. */
  endHour: number;
}

/** The demand that existing commitments leave, and what they serve. */
export interface NettedDemand {
  held: Held[];
  open: OpenDemand[];
  /** Money of existing savings plans that a family uses, by family, scenario-major; null without any. */
  planMoney: Float64Array[] | null;
}

/** Price of a GPU-hour on spot with its overhead, or null when it is not offered or no cheaper than on demand. */
export function spotPrice({ spot, on_demand }: FamilyPrices): number | null {
  if (!spot || spot.max_fraction === 0) return null;
  const price = spot.price * (1 + spot.overhead);
  return price < on_demand ? price : null;
}

/**
 * Nets existing commitments off the demand, hour by hour until they end: reservations serve their family first; savings
 * plans then serve what is left, the highest discount first, before anything new.
 */
export function netExisting(demand: DemandScenarios, prices: PricesFile): NettedDemand {
  const { families, hours, gpus } = demand;
  const held = heldCommitments(demand, prices);
  const open = families.map((family, f): OpenDemand => {
    const price = prices.families[family];
    const reserved = perHour(
      held.filter((one) => one.family === family),
      hours,
      (one) => one.size,
    );
    const spot = spotPrice(price);
    const left = (fraction: number) => gpus[f].map((d, i) => Math.max(0, d * fraction - reserved[i % hours]));
    const all = left(1);
    const firm = spot === null ? all : left(1 - (price.spot?.max_fraction ?? 0));
    return { family, onDemand: price.on_demand, spot: spot ?? price.on_demand, open: all, firm };
  });
  const plans = held.filter((one) => one.family === null);
  return { held, open, planMoney: plans.length > 0 ? usePlans(open, plans, prices, hours) : null };
}

/** Existing commitments by family, in the order of the file, savings plans last. */
export function heldCommitments(
  demand: Pick<DemandScenarios, "families" | "hours" | "firstHour">,
  prices: PricesFile,
): Held[] {
  const endHour = ({ until, until_hour }: { until?: string; until_hour?: number }): number => {
    const start = prices.start === undefined ? 0 : parseInstant(prices.start);
    const end =
      until !== undefined
        ? Math.ceil((parseInstant(until) - start) / HOUR_MS)
        : (until_hour ?? Number.POSITIVE_INFINITY);
    return Math.min(demand.hours, Math.max(0, end - demand.firstHour));
  };
  const reservations = demand.families.flatMap((family) => {
    const { existing, commit } = prices.families[family];
    return existing.map((one): Held => {
      const price = one.price ?? (commit?.[one.term] as number);
      return { family, term: one.term, size: one.gpus, hourly: one.gpus * price, endHour: endHour(one) };
    });
  });
  const plans = TERMS.flatMap((term) =>
    (prices.savings_plans?.[term]?.existing ?? []).map((one): Held => {
      return { family: null, term, size: one.hourly_usd, hourly: one.hourly_usd, endHour: endHour(one) };
    }),
  );
  return [...reservations, ...plans];
}

/** Sum of a figure over the commitments that hold, by hour. */
export function perHour(held: readonly Held[], hours: number, figure: (one: Held) => number): Float64Array {
  const sum = new Float64Array(hours);
  for (const one of held) for (let h = 0; h < one.endHour; h++) sum[h] += figure(one);
  return sum;
}

/** Takes from the open demand, in place, what savings plans serve; gives the money they spend by family. */
function usePlans(open: OpenDemand[], plans: readonly Held[], prices: PricesFile, hours: number): Float64Array[] {
  const money = open.map(({ open: gpus }) => new Float64Array(gpus.length));
  const terms = TERMS.filter((term) => plans.some((plan) => plan.term === term));
  const budgets = terms.map((term) =>
    perHour(
      plans.filter((plan) => plan.term === term),
      hours,
      (plan) => plan.size,
    ),
  );
  const order = terms
    .flatMap((term, plan) => coverOrder(open, rateOf(prices, term)).map((cover) => ({ ...cover, plan })))
    .sort((a, b) => b.worth - a.worth);
  const left = new Float64Array(terms.length);
  for (let i = 0; i < money[0].length; i++) {
    budgets.forEach((budget, plan) => {
      left[plan] = budget[i % hours];
    });
    for (const { plan, ...cover } of order) {
      const demand = open[cover.family];
      const spent = Math.min(left[plan], needOf(demand, cover, i) * cover.rate);
      if (spent <= 0) continue;
      left[plan] -= spent;
      money[cover.family][i] += spent;
      serve(demand, cover, i, spent / cover.rate);
    }
  }
  return money;
}

function needOf({ open, firm }: OpenDemand, cover: Cover, i: number): number {
  return cover.firm ? firm[i] : open[i] - firm[i];
}

function serve({ open, firm }: OpenDemand, cover: Cover, i: number, gpus: number): void {
  // Both before either is set: without spot they are one array.
  const left = Math.max(0, open[i] - gpus);
  const firmLeft = cover.firm ? Math.max(0, firm[i] - gpus) : Math.min(firm[i], left);
  open[i] = left;
  firm[i] = firmLeft;
}
