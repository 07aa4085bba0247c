import type { NettedDemand } from "./net-existing.js";
import type { PricesFile } from "./prices-file.js";
import { serveHours } from "./serve-hours.js";
import type { DemandScenarios, Purchase } from "./types.js";

/** GPU-hours and money of a family over the horizon, means over the scenarios. */
export interface FamilyUse {
  gpuHours: number;
  reservedHours: number;
  plannedHours: number;
  spotHours: number;
  onDemandHours: number;
  reservedMoney: number;
  /** Of reservations that stand idle. */
  idleMoney: number;
  planMoney: number;
  spotMoney: number;
  onDemandMoney: number;
}

/** What a purchase is used for over the horizon, means over the scenarios. */
export interface PurchaseUse {
  families: FamilyUse[];
  /** GPU-hours by existing commitment; 0 for savings plans. */
  existing: Float64Array;
  /** GPU-hours by new reservation. */
  reservations: Float64Array;
  /** Of the new savings plan. */
  newPlan: { gpuHours: number; money: number };
  /** Money of all savings plans that nothing used. */
  planIdle: number;
}

/**
 * What each commitment is used for when every hour is served. Reservations of a family are filled in their order:
 * existing ones first, then new ones from the cheapest.
 */
export function accountUse(
  demand: DemandScenarios,
  netted: NettedDemand,
  purchase: Purchase,
  prices: PricesFile,
): PurchaseUse {
  const { families, scenarios, hours, gpus } = demand;
  const scale = 1 / scenarios;
  const sums = families.map((): FamilyUse => {
    return {
      ...{ gpuHours: 0, reservedHours: 0, plannedHours: 0, spotHours: 0, onDemandHours: 0 },
      ...{ reservedMoney: 0, idleMoney: 0, planMoney: 0, spotMoney: 0, onDemandMoney: 0 },
    };
  });
  const existing = new Float64Array(netted.held.length);
  const reservations = new Float64Array(purchase.reservations.length);
  const newPlan = { gpuHours: 0, money: 0 };
  let planIdle = 0;
  serveHours(demand, netted, purchase, prices, (at) => {
    planIdle += at.planIdle * scale;
    newPlan.gpuHours += at.newPlan.gpus * scale;
    newPlan.money += at.newPlan.money * scale;
    at.families.forEach((row, f) => {
      const { onDemand, spot } = netted.open[f];
      const sum = sums[f];
      sum.gpuHours += row.demand * scale;
      sum.reservedHours += row.reserved * scale;
      sum.plannedHours += row.planned * scale;
      sum.spotHours += row.spot * scale;
      sum.onDemandHours += row.onDemand * scale;
      sum.reservedMoney += row.reservedMoney * scale;
      sum.idleMoney += row.idleMoney * scale;
      sum.planMoney += row.planMoney * scale;
      sum.spotMoney += row.spot * spot * scale;
      sum.onDemandMoney += row.onDemand * onDemand * scale;
    });
  });
  families.forEach((family, f) => {
    fillStack(
      gpus[f],
      hours,
      scale,
      (h) =>
        netted.held.flatMap((one, k) => (one.family === family ? [{ k, size: h < one.endHour ? one.size : 0 }] : [])),
      existing,
    );
    fillStack(
      netted.open[f].open,
      hours,
      scale,
      () => purchase.reservations.flatMap((one, k) => (one.family === family ? [{ k, size: one.gpus }] : [])),
      reservations,
    );
  });
  return { families: sums, existing, reservations, newPlan, planIdle };
}

/** Adds to `used` what each layer of a stack serves of the demand; `layers` gives the stack of an hour, lowest first. */
function fillStack(
  demand: Float64Array,
  hours: number,
  scale: number,
  layers: (hour: number) => { k: number; size: number }[],
  used: Float64Array,
): void {
  for (let h = 0; h < hours; h++) {
    const stack = layers(h);
    for (let i = h; i < demand.length; i += hours) {
      let left = demand[i];
      for (const { k, size } of stack) {
        const served = Math.min(left, size);
        used[k] += served * scale;
        left -= served;
      }
    }
  }
}
