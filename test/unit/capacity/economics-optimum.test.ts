import { describe, expect, it } from "vitest";
import { capacityEconomics, type DemandScenarios, type PricesFileInput } from "../../../src/capacity/index.js";
import { createRandom, type Random } from "../../../src/core/random.js";
import { purchaseOptimum } from "./purchase-lp.js";

const FAMILIES = ["a", "b", "c"];

/** Demand with a daily wave, idle hours and repeated values. */
function randomDemand(random: Random, families = 3, scenarios = 6, hours = 18): DemandScenarios {
  const gpus = Array.from({ length: families }, () => {
    const level = 5 + 40 * random.uniform();
    return Float64Array.from({ length: scenarios * hours }, () =>
      random.uniform() < 0.1 ? 0 : Math.round(level * (0.4 + random.uniform()) * 2) / 2,
    );
  });
  return { families: FAMILIES.slice(0, families), scenarios, hours, firstHour: 0, gpus };
}

function randomPrices(random: Random, plans: boolean): PricesFileInput {
  const families = Object.fromEntries(
    FAMILIES.map((family) => {
      const onDemand = 1 + 9 * random.uniform();
      const share = (from: number, to: number) => onDemand * (from + (to - from) * random.uniform());
      return [
        family,
        {
          on_demand: onDemand,
          commit: { "1y": share(0.5, 1.1), ...(random.uniform() < 0.7 ? { "3y": share(0.3, 0.8) } : {}) },
          max_commit: random.uniform() < 0.5 ? { "1y": 10 * random.uniform() } : undefined,
          spot:
            random.uniform() < 0.6
              ? { price: share(0.2, 0.9), max_fraction: random.uniform(), overhead: 0.3 * random.uniform() }
              : undefined,
          existing:
            random.uniform() < 0.5
              ? [
                  { term: "1y" as const, gpus: 6 * random.uniform(), until_hour: 4 },
                  { term: "1y" as const, gpus: 4, price: 1.5 },
                ]
              : [],
        },
      ];
    }),
  );
  const rate = () =>
    Object.fromEntries(FAMILIES.map((f) => [f, families[f].on_demand * (0.5 + 0.5 * random.uniform())]));
  return { families, savings_plans: plans ? { "1y": { rates: rate() } } : undefined };
}

const SEEDS = Array.from({ length: 8 }, (_, k) => k);

describe("the purchase against its linear programme", () => {
  it.each(SEEDS)("reservations and spot are exact (case %i)", async (seed) => {
    const random = createRandom([1, seed]);
    const [demand, prices] = [randomDemand(random), randomPrices(random, false)];
    const { capacity } = await capacityEconomics(demand, prices);
    const optimum = await purchaseOptimum({ demand, prices });
    expect(capacity.method).toBe("quantiles");
    expect(Math.abs(capacity.expected_cost / optimum - 1)).toBeLessThan(1e-9);
  });

  it.each(SEEDS)("a savings plan beside reservations (case %i)", async (seed) => {
    const random = createRandom([2, seed]);
    const [demand, prices] = [randomDemand(random), randomPrices(random, true)];
    const { capacity } = await capacityEconomics(demand, prices);
    const optimum = await purchaseOptimum({ demand, prices, plan: "1y" });
    expect(Math.abs(capacity.expected_cost / optimum - 1)).toBeLessThan(3e-7);
  });

  it.each(SEEDS)("with the worst scenarios counted (case %i)", async (seed) => {
    const random = createRandom([3, seed]);
    const plan = seed % 2 === 1;
    const [demand, prices] = [randomDemand(random), randomPrices(random, plan)];
    const risk = { level: 0.7, weight: 0.25 + 0.5 * random.uniform() };
    const { capacity } = await capacityEconomics(demand, prices, { risk });
    const optimum = await purchaseOptimum({ demand, prices, risk, plan: plan ? "1y" : undefined });
    const reached = (1 - risk.weight) * capacity.expected_cost + risk.weight * (capacity.risk?.cvar ?? Number.NaN);
    expect(Math.abs(reached / optimum - 1)).toBeLessThan(3e-7);
  });

  it("perfect foresight is the mean of the scenarios' own optima", async () => {
    for (const plans of [false, true]) {
      const random = createRandom([4, Number(plans)]);
      const [demand, prices] = [randomDemand(random, 2), randomPrices(random, plans)];
      const { capacity } = await capacityEconomics(demand, prices);
      const { hours, scenarios } = demand;
      let sum = 0;
      for (let s = 0; s < scenarios; s++) {
        const gpus = demand.gpus.map((values) => values.slice(s * hours, (s + 1) * hours));
        const own = { ...demand, scenarios: 1, gpus };
        sum += await purchaseOptimum({ demand: own, prices, plan: plans ? "1y" : undefined });
      }
      expect(Math.abs(capacity.perfect_foresight_cost / (sum / scenarios) - 1)).toBeLessThan(2e-6);
    }
  });
});
