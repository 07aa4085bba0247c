import type { Cover } from "./savings-plan.js";
import type { OpenDemand } from "./types.js";

/** What is held anew, commitment prices apart. */
export interface Holding {
  /** GPUs reserved, by family. */
  gpus: Float64Array;
  /** Money an hour of the savings plan. */
  plan: number;
}

/** Cost of what a holding leaves to buy by the hour, and how it would change with a little more of it. */
export interface HourlyCost {
  /** By scenario, the sum over its hours. */
  costs: Float64Array;
  /** Derivative by each family's GPUs, then by the plan's money: scenario-major, `scenarios × (families + 1)`. */
  slopes: Float64Array;
}

/**
 * Serves every hour with what is held: reservations their family first, then the savings plan in its order, then spot as
 * far as it may, the rest on demand.
 *
 * The cost is convex in the holding, and the slopes are a subgradient: they are the dual prices of the hour's linear
 * programme. A GPU more of a family saves the price of what it replaces, but where the plan's money has become short
 * (worth λ a unit) never more than λ × the rate at which the plan would have served it.
 *
 * @param order the savings plan's covers; empty without one
 * @param from,to scenarios `[from, to)` to serve
 */
export function hourlyCost(
  open: readonly OpenDemand[],
  order: readonly Cover[],
  { gpus, plan }: Holding,
  hours: number,
  from: number,
  to: number,
): HourlyCost {
  const families = open.length;
  const width = families + 1;
  const costs = new Float64Array(to - from);
  const slopes = new Float64Array((to - from) * width);
  const rate = new Float64Array(families).fill(Number.POSITIVE_INFINITY);
  for (const cover of order) rate[cover.family] = cover.rate;
  const firm = new Float64Array(families);
  const spot = new Float64Array(families);
  for (let s = from; s < to; s++) {
    const row = (s - from) * width;
    let cost = 0;
    for (let i = s * hours; i < (s + 1) * hours; i++) {
      for (let f = 0; f < families; f++) {
        const demand = open[f];
        firm[f] = Math.max(0, demand.firm[i] - gpus[f]);
        spot[f] = Math.max(0, demand.open[i] - gpus[f]) - firm[f];
        cost += firm[f] * demand.onDemand + spot[f] * demand.spot;
      }
      let money = plan;
      let worth = 0;
      for (const cover of order) {
        const need = cover.firm ? firm[cover.family] : spot[cover.family];
        const wanted = need * cover.rate;
        if (wanted > money) {
          cost -= money * cover.worth;
          worth = cover.worth;
          break;
        }
        money -= wanted;
        cost -= need * cover.replaces;
      }
      for (let f = 0; f < families; f++) {
        if (firm[f] + spot[f] <= 0) continue;
        const replaced = firm[f] > 0 ? open[f].onDemand : open[f].spot;
        // Outside the plan the rate is infinite, and so is its price there, unless money is left over (0 × ∞).
        slopes[row + f] -= rate[f] === Number.POSITIVE_INFINITY ? replaced : Math.min(replaced, worth * rate[f]);
      }
      slopes[row + families] -= worth;
    }
    costs[s - from] = cost;
  }
  return { costs, slopes };
}
