import { type NettedDemand, perHour } from "./net-existing.js";
import type { PricesFile } from "./prices-file.js";
import { coverOrder, rateOf } from "./savings-plan.js";
import type { DemandScenarios, Purchase } from "./types.js";

/** How one family's demand is served and paid in one hour of one scenario. */
export interface FamilyHour {
  demand: number;
  /** GPUs on reservations, existing and new. */
  reserved: number;
  /** Money for those GPUs, and for reserved ones that stand idle. */
  reservedMoney: number;
  idleMoney: number;
  /** GPUs on savings plans, existing and new, and the money spent on them. */
  planned: number;
  planMoney: number;
  /** GPUs on spot and on demand. */
  spot: number;
  onDemand: number;
  /** All money but `idleMoney`. */
  usedMoney: number;
}

/** Called for every hour; the objects are used again for the next one. */
export type VisitHour = (at: {
  scenario: number;
  hour: number;
  families: readonly FamilyHour[];
  /** Money of savings plans that nothing used. */
  planIdle: number;
  /** The new savings plan's part: GPUs served and money spent. */
  newPlan: { gpus: number; money: number };
}) => void;

/**
 * Serves every hour of every scenario under a purchase, in the order of the bill: existing reservations, existing savings
 * plans, new reservations, the new savings plan, spot, on demand.
 */
export function serveHours(
  demand: DemandScenarios,
  netted: NettedDemand,
  purchase: Purchase,
  prices: PricesFile,
  visit: VisitHour,
): void {
  const { families, hours, scenarios, gpus } = demand;
  const { held, open, planMoney } = netted;
  const existing = families.map((family) => held.filter((one) => one.family === family));
  const heldGpus = existing.map((own) => perHour(own, hours, ({ size }) => size));
  const heldMoney = existing.map((own) => perHour(own, hours, ({ hourly }) => hourly));
  const plans = held.filter(({ family }) => family === null);
  const heldPlan = perHour(plans, hours, ({ hourly }) => hourly);
  const bought = families.map((family) => purchase.reservations.filter((one) => one.family === family));
  const newGpus = bought.map((own) => own.reduce((sum, one) => sum + one.gpus, 0));
  const newMoney = bought.map((own) => own.reduce((sum, one) => sum + one.gpus * one.price, 0));
  const plan = purchase.savingsPlan;
  const order = plan ? coverOrder(open, rateOf(prices, plan.term)) : [];
  const firm = new Float64Array(families.length);
  const soft = new Float64Array(families.length);
  const rows = families.map((): FamilyHour => {
    return {
      ...{ demand: 0, reserved: 0, reservedMoney: 0, idleMoney: 0 },
      ...{ planned: 0, planMoney: 0, spot: 0, onDemand: 0, usedMoney: 0 },
    };
  });
  for (let i = 0; i < scenarios * hours; i++) {
    const hour = i % hours;
    let planIdle = heldPlan[hour];
    rows.forEach((row, f) => {
      const d = gpus[f][i];
      const old = Math.min(d, heldGpus[f][hour]);
      const fresh = Math.min(open[f].open[i], newGpus[f]);
      const oldMoney = heldGpus[f][hour] > 0 ? (heldMoney[f][hour] * old) / heldGpus[f][hour] : 0;
      const freshMoney = newGpus[f] > 0 ? (newMoney[f] * fresh) / newGpus[f] : 0;
      row.demand = d;
      row.reserved = old + fresh;
      row.reservedMoney = oldMoney + freshMoney;
      row.idleMoney = heldMoney[f][hour] - oldMoney + (newMoney[f] - freshMoney);
      row.planned = Math.max(0, d - old - open[f].open[i]);
      row.planMoney = planMoney?.[f][i] ?? 0;
      planIdle -= row.planMoney;
      firm[f] = Math.max(0, open[f].firm[i] - newGpus[f]);
      soft[f] = Math.max(0, open[f].open[i] - newGpus[f]) - firm[f];
    });
    let money = plan?.hourly ?? 0;
    let planned = 0;
    for (const cover of order) {
      const left = cover.firm ? firm : soft;
      const spent = Math.min(money, left[cover.family] * cover.rate);
      money -= spent;
      planned += spent / cover.rate;
      rows[cover.family].planned += spent / cover.rate;
      rows[cover.family].planMoney += spent;
      left[cover.family] = Math.max(0, left[cover.family] - spent / cover.rate);
    }
    rows.forEach((row, f) => {
      row.spot = soft[f];
      row.onDemand = firm[f];
      row.usedMoney = row.reservedMoney + row.planMoney + soft[f] * open[f].spot + firm[f] * open[f].onDemand;
    });
    const newPlan = { gpus: planned, money: (plan?.hourly ?? 0) - money };
    visit({ scenario: (i - hour) / hours, hour, families: rows, planIdle: Math.max(0, planIdle) + money, newPlan });
  }
}
