import type { PurchaseUse } from "./account-use.js";
import { breakEven, monthsOverRenewal, TERM_HOURS } from "./break-even.js";
import { EVERY_FAMILY } from "./chargeback.js";
import type { Offers } from "./choose-purchase.js";
import { demandCurve } from "./demand-curve.js";
import type { CapacityEconomics } from "./economics-schema.js";
import type { Held, NettedDemand } from "./net-existing.js";
import type { PricesFile } from "./prices-file.js";
import type { Purchase } from "./types.js";

type Figures<K extends keyof CapacityEconomics> = CapacityEconomics[K];
type Purchased = Figures<"commitments">[number];

const share = (part: number, whole: number) => (whole > 0 ? part / whole : 0);
const shareOrNull = (part: number, whole: number) => (whole > 0 ? part / whole : null);
const sumOf = <T>(items: readonly T[], figure: (item: T) => number) => items.reduce((sum, one) => sum + figure(one), 0);

/** Name of a savings plan's term. */
const planTerm = (term: string) => `savings_plan_${term}`;

/** A row for every reservation and savings plan on offer, bought or not. */
export function purchasedRows(
  { families, hours }: { families: readonly string[]; hours: number },
  prices: PricesFile,
  purchase: Purchase,
  offers: Offers,
  use: PurchaseUse,
): Purchased[] {
  const beyond = (hourly: number, term: keyof typeof TERM_HOURS) => hourly * Math.max(0, TERM_HOURS[term] - hours);
  const reservations = purchase.reservations.map(({ family, term, price, gpus }, k): Purchased => {
    const { on_demand, commit } = prices.families[family];
    const even = breakEven(term, price, on_demand);
    return {
      ...{ family, term, gpus, hourly_usd: gpus * price },
      coverage: share(use.reservations[k], use.families[families.indexOf(family)].gpuHours),
      utilisation: shareOrNull(use.reservations[k], gpus * hours),
      price,
      at_limit: gpus > 0 && gpus >= offers.reservations[k].most * (1 - 1e-9),
      break_even_utilisation: even.utilisation,
      break_even_months: even.months,
      pays_over_renewal_after_months: term === "3y" && commit?.["1y"] ? monthsOverRenewal(commit["1y"], price) : null,
      beyond_horizon_usd: beyond(gpus * price, term),
    };
  });
  const plans = offers.plans.map(({ term, most, order }): Purchased => {
    const best = order.find(({ firm }) => firm);
    const even = best ? breakEven(term, best.rate, best.replaces) : null;
    const hourly = purchase.savingsPlan?.term === term ? purchase.savingsPlan.hourly : 0;
    return {
      ...{ family: EVERY_FAMILY, term: planTerm(term), gpus: null, hourly_usd: hourly },
      coverage:
        hourly > 0
          ? share(
              use.newPlan.gpuHours,
              sumOf(use.families, (one) => one.gpuHours),
            )
          : 0,
      utilisation: shareOrNull(use.newPlan.money, hourly * hours),
      price: null,
      at_limit: hourly > 0 && hourly >= most * (1 - 1e-9),
      break_even_utilisation: even?.utilisation ?? null,
      break_even_months: even?.months ?? null,
      pays_over_renewal_after_months: null,
      beyond_horizon_usd: beyond(hourly, term),
    };
  });
  return [...reservations, ...plans];
}

/** Existing commitments as they are used. Savings plans are used up together and share one utilisation. */
export function existingRows(held: readonly Held[], use: PurchaseUse): Figures<"existing"> {
  const planMoney = sumOf(use.families, (one) => one.planMoney) - use.newPlan.money;
  const planPaid = sumOf(held, (one) => (one.family === null ? one.hourly * one.endHour : 0));
  return held.map(({ family, term, size, hourly, endHour }, k) => ({
    family: family ?? EVERY_FAMILY,
    term: family === null ? planTerm(term) : term,
    gpus: family === null ? null : size,
    hourly_usd: hourly,
    hours: endHour,
    utilisation:
      family === null ? shareOrNull(Math.max(0, planMoney), planPaid) : shareOrNull(use.existing[k], size * endHour),
  }));
}

/** What the money goes to. */
export function costSplit({ families, planIdle }: PurchaseUse): Figures<"cost_split"> {
  const idle = sumOf(families, (one) => one.idleMoney);
  return {
    reservations: sumOf(families, (one) => one.reservedMoney) + idle,
    savings_plans: sumOf(families, (one) => one.planMoney) + planIdle,
    spot: sumOf(families, (one) => one.spotMoney),
    on_demand: sumOf(families, (one) => one.onDemandMoney),
    idle: idle + planIdle,
  };
}

/** How much commitments serve, and how much of them is used. */
export function usedShares(use: PurchaseUse): Pick<CapacityEconomics, "coverage" | "utilisation"> {
  const { reservations, savings_plans, idle } = costSplit(use);
  const committed = reservations + savings_plans;
  return {
    coverage: share(
      sumOf(use.families, (one) => one.reservedHours + one.plannedHours),
      sumOf(use.families, (one) => one.gpuHours),
    ),
    utilisation: shareOrNull(committed - idle, committed),
  };
}

/**
 * Each family's hours and cost.
 *
 * @param gpus what each family wants, in the order of the netted demand
 */
export function familyRows(
  { open }: NettedDemand,
  gpus: readonly Float64Array[],
  use: PurchaseUse,
): Figures<"by_family"> {
  return open.map(({ family, onDemand, spot }, f) => {
    const one = use.families[f];
    const cost = one.reservedMoney + one.idleMoney + one.planMoney + one.spotMoney + one.onDemandMoney;
    return {
      family,
      gpu_hours: one.gpuHours,
      on_demand_price: onDemand,
      spot_price: spot < onDemand ? spot : null,
      reserved_gpu_hours: one.reservedHours,
      savings_plan_gpu_hours: one.plannedHours,
      spot_gpu_hours: one.spotHours,
      on_demand_gpu_hours: one.onDemandHours,
      cost,
      cost_per_gpu_hour: shareOrNull(cost, one.gpuHours),
      demand_curve: demandCurve(gpus[f]),
    };
  });
}
