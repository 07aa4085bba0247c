import type { Highs } from "highs";
import { cuttingPlanes } from "./cutting-planes.js";
import { type Holding, hourlyCost } from "./hourly-cost.js";
import type { Term } from "./prices-file.js";
import type { ReservationOffer } from "./reservation-offers.js";
import type { Cover } from "./savings-plan.js";
import type { OpenDemand, Purchase, Reservation } from "./types.js";
import { tailWeights } from "./value-at-risk.js";

/** A savings plan that may be bought. */
export interface SavingsPlanOffer {
  term: Term;
  order: readonly Cover[];
  /** Most money an hour; infinity without a limit. */
  most: number;
}

/** How much the worst scenarios count beside the mean: (1 − weight) × mean + weight × CVaR(level). */
export interface Risk {
  level: number;
  weight: number;
}

export interface JointPurchase {
  purchase: Purchase;
  /** What was minimised, and what it cannot be below; per horizon, existing commitments apart. */
  total: number;
  bound: number;
}

/** What is open, on offer, and counts, for {@link buyJointly}. */
export interface JointSetting {
  open: readonly OpenDemand[];
  hours: number;
  /** Scenarios `[from, to)`. */
  from: number;
  to: number;
  offers: readonly ReservationOffer[];
  plan: SavingsPlanOffer | null;
  risk: Risk;
  /** Relative gap to the bound at which to stop. */
  tolerance: number;
}

/**
 * Reservations of all families and a savings plan together, at the least (1 − weight) × mean + weight × CVaR of the cost:
 * a convex problem in as many unknowns as there are offers, solved by cutting planes to a gap that is given with it.
 *
 * @param start reservations to look at first, one an offer
 */
export function buyJointly(highs: Highs, setting: JointSetting, start: readonly Reservation[]): JointPurchase {
  const { open, hours, from, to, offers, plan, risk, tolerance } = setting;
  const order = plan?.order ?? [];
  const n = offers.length + (plan ? 1 : 0);
  const positions = offers.map((offer) => open.findIndex(({ family }) => family === offer.family));
  const peaks = open.map((demand) => peak(demand.open, from * hours, to * hours));
  const planMost = Math.min(plan?.most ?? 0, planUse(order, peaks));
  // What is no cheaper than on demand is left out, so that no rounding buys it.
  const pays = (j: number) => offers[j].price < open[positions[j]].onDemand;
  const most = Float64Array.from({ length: n }, (_, j) =>
    j < offers.length ? (pays(j) ? Math.min(offers[j].most, peaks[positions[j]]) : 0) : planMost,
  );
  const price = Float64Array.from({ length: n }, (_, j) => (j < offers.length ? offers[j].price : 1) * hours);
  const holding = (x: Float64Array): Holding => {
    const gpus = new Float64Array(open.length);
    for (const [j, f] of positions.entries()) gpus[f] += x[j];
    return { gpus, plan: plan ? x[offers.length] : 0 };
  };
  const width = open.length + 1;
  const value = (x: Float64Array) => {
    const { costs, slopes } = hourlyCost(open, order, holding(x), hours, from, to);
    const weights = riskWeights(costs, risk);
    const slope = (column: number) => weights.reduce((sum, w, s) => sum + w * slopes[s * width + column], 0);
    const byColumn = Array.from({ length: width }, (_, column) => slope(column));
    return {
      value: weights.reduce((sum, w, s) => sum + w * costs[s], 0),
      slopes: Float64Array.from({ length: n }, (_, j) => byColumn[j < offers.length ? positions[j] : open.length]),
    };
  };
  const first = Float64Array.from({ length: n }, (_, j) => Math.min(most[j], start[j]?.gpus ?? 0));
  const found = cuttingPlanes(highs, { price, most, value }, first, tolerance);
  const totalOf = (x: Float64Array) => value(x).value + x.reduce((sum, v, j) => sum + v * price[j], 0);
  const x = withoutIdle(found.x, found.total, totalOf);
  const reservations = offers.map(({ family, term, price: each }, j) => ({ family, term, price: each, gpus: x[j] }));
  const hourly = plan ? x[offers.length] : 0;
  return {
    purchase: { reservations, savingsPlan: plan && hourly > 0 ? { term: plan.term, hourly } : null },
    total: found.total,
    bound: found.bound,
  };
}

/** Leaves out what can go without cost: a tie buys nothing. */
function withoutIdle(x: Float64Array, total: number, totalOf: (x: Float64Array) => number): Float64Array {
  const kept = x.slice();
  for (const j of kept.keys()) {
    const before = kept[j];
    if (before === 0) continue;
    kept[j] = 0;
    if (totalOf(kept) > total * (1 + 1e-12)) kept[j] = before;
  }
  return kept;
}

/** Weight of each scenario's cost. */
export function riskWeights(costs: Float64Array, { level, weight }: Risk): Float64Array {
  const tail = weight > 0 ? tailWeights(costs, level) : null;
  return costs.map((_, s) => (1 - weight) / costs.length + (tail ? weight * tail[s] : 0));
}

function peak(values: Float64Array, from: number, to: number): number {
  let most = 0;
  for (let i = from; i < to; i++) if (values[i] > most) most = values[i];
  return most;
}

/** Money an hour that a plan could use at most. */
function planUse(order: readonly Cover[], peaks: readonly number[]): number {
  return order.reduce((sum, { family, firm, rate }) => sum + (firm ? rate * peaks[family] : 0), 0);
}
