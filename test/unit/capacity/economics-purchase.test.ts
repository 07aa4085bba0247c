import { describe, expect, it } from "vitest";
import { breakEven, monthsOverRenewal } from "../../../src/capacity/economics/break-even.js";
import { nodeTypeOf } from "../../../src/capacity/economics/commit-nodes.js";
import {
  capacityEconomics,
  conditionalValueAtRisk,
  type DemandScenarios,
  type EconomicsOptions,
  type PricesFileInput,
} from "../../../src/capacity/index.js";

/** Demand by family: one list of hours a scenario. */
function demandOf(values: Record<string, number[][]>): DemandScenarios {
  const families = Object.keys(values);
  const [first] = Object.values(values);
  return {
    families,
    scenarios: first.length,
    hours: first[0].length,
    firstHour: 0,
    gpus: families.map((family) => Float64Array.from(values[family].flat())),
  };
}

async function economics(values: Record<string, number[][]>, prices: PricesFileInput, options?: EconomicsOptions) {
  return (await capacityEconomics(demandOf(values), prices, options)).capacity;
}

const gpusOf = (capacity: { commitments: { gpus: number | null }[] }) => capacity.commitments.map(({ gpus }) => gpus);
const range = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

describe("reservations", () => {
  it("are the newsvendor's quantile: demand 1..100, each once", async () => {
    const capacity = await economics({ a: [range(100)] }, { families: { a: { on_demand: 10, commit: { "1y": 6 } } } });
    // P(D > 40) = 0.6 = 6 ÷ 10; cost 6 × 40 × 100 + 10 × (1 + … + 60).
    expect(gpusOf(capacity)).toEqual([40]);
    expect(capacity.expected_cost).toBe(24_000 + 10 * 1830);
    expect(capacity.on_demand_only_cost).toBe(10 * 5050);
    expect(capacity.commitments[0]).toMatchObject({ coverage: 0.637623762376, utilisation: 0.805 }); // 3220 of 5050, of 4000
  });

  it("have the closed form of exponential demand: c = m ln(v ÷ p), cost p (c + m)", async () => {
    const [n, m, v, p] = [40_000, 50, 4, 2.5];
    const quantiles = Array.from({ length: n }, (_, i) => [-m * Math.log(1 - (i + 0.5) / n)]);
    const capacity = await economics({ a: quantiles }, { families: { a: { on_demand: v, commit: { "3y": p } } } });
    const level = m * Math.log(v / p);
    expect(Math.abs((gpusOf(capacity)[0] as number) / level - 1)).toBeLessThan(1e-4);
    expect(Math.abs(capacity.expected_cost / (p * (level + m)) - 1)).toBeLessThan(1e-4);
  });

  it("are those of the documented example", async () => {
    const capacity = await economics(
      { a100: [[8, 8, 8, 2]] },
      { families: { a100: { on_demand: 4, commit: { "1y": 2.5 } } } },
    );
    expect(gpusOf(capacity)).toEqual([8]);
  });

  it("stop where spot would do: at d × (1 − max_fraction), unless they are cheaper than spot", async () => {
    const at = (commit: number) =>
      economics(
        { a: [[10, 10, 10]] },
        {
          families: {
            a: { on_demand: 4, commit: { "1y": commit }, spot: { price: 0.8, max_fraction: 0.3, overhead: 0.25 } },
          },
        },
      );
    const dear = await at(2);
    expect(gpusOf(dear)).toEqual([7]);
    expect(dear.expected_cost).toBe(3 * (7 * 2 + 3 * 1));
    expect(dear.by_family[0]).toMatchObject({ spot_price: 1, spot_gpu_hours: 9, on_demand_gpu_hours: 0 });
    expect(gpusOf(await at(0.5))).toEqual([10]);
    expect(gpusOf(await at(1))).toEqual([7]);
  });

  it("pass over spot that is no cheaper than on demand", async () => {
    const spot = { price: 4, max_fraction: 0.9, overhead: 0 };
    const capacity = await economics({ a: [[10]] }, { families: { a: { on_demand: 4, spot } } });
    expect(capacity.by_family[0]).toMatchObject({ spot_price: null, spot_gpu_hours: 0, on_demand_gpu_hours: 10 });
  });

  it("fill the cheapest term up to its limit, the next only as far as it pays itself", async () => {
    const prices = (most: number): PricesFileInput => ({
      families: { a: { on_demand: 10, commit: { "1y": 8, "3y": 5 }, max_commit: { "3y": most } } },
    });
    // At 8 a level of 20 pays, at 5 one of 50.
    expect(gpusOf(await economics({ a: [range(100)] }, prices(15)))).toEqual([15, 5]);
    expect(gpusOf(await economics({ a: [range(100)] }, prices(30)))).toEqual([30, 0]);
    const free = await economics({ a: [range(100)] }, prices(99));
    expect(gpusOf(free)).toEqual([50, 0]);
    expect(free.commitments.map(({ at_limit }) => at_limit)).toEqual([false, false]);
    expect((await economics({ a: [range(100)] }, prices(15))).commitments[0].at_limit).toBe(true);
  });

  it("are paid in idle hours", async () => {
    const capacity = await economics(
      { a: [[8, 0, 0, 0]] },
      { families: { a: { on_demand: 10, commit: { "1y": 2 } } } },
    );
    expect(capacity).toMatchObject({ expected_cost: 64, coverage: 1, utilisation: 0.25 });
    expect(capacity.cost_split).toEqual({ reservations: 64, savings_plans: 0, spot: 0, on_demand: 0, idle: 48 });
  });

  it("buy nothing at a price that is no lower, even one that is only rounded", async () => {
    for (const commit of [0.3, 0.1 + 0.2, 0.4]) {
      const capacity = await economics(
        { a: [[3, 3, 3]] },
        { families: { a: { on_demand: 0.3, commit: { "1y": commit } } } },
      );
      expect(gpusOf(capacity)).toEqual([0]);
      expect(capacity.commitments[0]).toMatchObject({ coverage: 0, utilisation: null });
    }
  });

  it("come on top of existing ones, which end", async () => {
    const prices: PricesFileInput = {
      start: "2027-03-01T00:00:00Z",
      families: {
        a: {
          on_demand: 10,
          commit: { "1y": 4 },
          existing: [
            { term: "1y", gpus: 6, until_hour: 2 },
            { term: "3y", gpus: 1, price: 2, until: "2027-03-01T02:30:00Z" },
          ],
        },
      },
    };
    const capacity = await economics({ a: [[10, 10, 10, 10, 10]] }, prices);
    // Open: 3, 3, 9, 10, 10. At 4 of 10 a GPU must be needed in more than two of the five hours.
    expect(gpusOf(capacity)).toEqual([9]);
    expect(capacity.existing).toMatchObject([
      { hours: 2, hourly_usd: 24, utilisation: 1 },
      { hours: 3, hourly_usd: 2, utilisation: 1 },
    ]);
    expect(capacity.expected_cost).toBe(2 * 24 + 3 * 2 + 5 * 36 + 10 * (0 + 0 + 0 + 1 + 1));
    expect(capacity.on_demand_only_cost).toBe(48 + 6 + 10 * (3 + 3 + 9 + 10 + 10));
  });
});

describe("a savings plan", () => {
  const prices: PricesFileInput = {
    families: { a: { on_demand: 10 }, b: { on_demand: 4 }, c: { on_demand: 1 } },
    savings_plans: { "1y": { rates: { a: 6, b: 2 } } },
  };

  it("serves the highest discount first", async () => {
    // b saves 50 %, a 40 %, c is not covered. 14 an hour: 2 × 4 for b, the other 6 for one of a's two GPUs.
    const held = {
      ...prices,
      savings_plans: { "1y": { rates: { a: 6, b: 2 }, max_hourly_usd: 0, existing: [{ hourly_usd: 14 }] } },
    };
    const capacity = await economics({ a: [[2]], b: [[4]], c: [[5]] }, held);
    expect(capacity.by_family.map((one) => one.savings_plan_gpu_hours)).toEqual([1, 4, 0]);
    expect(capacity.expected_cost).toBe(14 + 10 + 5);
    expect(capacity.existing).toEqual([
      { family: "_all", term: "savings_plan_1y", gpus: null, hourly_usd: 14, hours: 1, utilisation: 1 },
    ]);
  });

  it("is bought as large as it pays", async () => {
    const capacity = await economics({ a: [[2, 2, 0]], b: [[4, 4, 4]], c: [[5, 5, 5]] }, prices);
    // The first 8 are used in all hours; the next 12 in two of three, and save 10 ÷ 6 × 2 ÷ 3 > 1.
    const [plan] = capacity.commitments;
    expect(plan).toMatchObject({ family: "_all", term: "savings_plan_1y", gpus: null });
    expect(plan.hourly_usd).toBeCloseTo(20, 6);
    expect(plan.utilisation).toBeCloseTo((20 + 20 + 8) / 60, 6);
    expect(plan.coverage).toBeCloseTo(16 / 31, 6);
    expect(capacity.expected_cost).toBeCloseTo(60 + 15, 5);
  });

  it("keeps to its limit", async () => {
    const limited = { ...prices, savings_plans: { "1y": { rates: { a: 6, b: 2 }, max_hourly_usd: 5 } } };
    const { commitments } = await economics({ a: [[2, 2]], b: [[4, 4]], c: [[0, 0]] }, limited);
    expect(commitments[0].hourly_usd).toBeCloseTo(5, 9);
    expect(commitments[0].at_limit).toBe(true);
  });

  it("gives way to cheaper reservations", async () => {
    const both: PricesFileInput = {
      families: { a: { on_demand: 10, commit: { "1y": 5 } } },
      savings_plans: { "1y": { rates: { a: 6 } }, "3y": { rates: { a: 9 } } },
    };
    const capacity = await economics({ a: [[7, 7, 7, 7]] }, both);
    expect(capacity.commitments.map(({ hourly_usd }) => hourly_usd)).toEqual([35, 0, 0]);
    expect(capacity.expected_cost).toBe(140);
  });

  it("is the better of two terms", async () => {
    const two = { ...prices, savings_plans: { "1y": { rates: { a: 6, b: 2 } }, "3y": { rates: { a: 4, b: 1.5 } } } };
    const { commitments } = await economics({ a: [[2, 2]], b: [[4, 4]], c: [[0, 0]] }, two);
    expect(commitments[0].hourly_usd).toBe(0);
    expect(commitments[1].hourly_usd).toBeCloseTo(2 * 4 + 4 * 1.5, 6);
  });
});

describe("risk", () => {
  it("CVaR is the mean of the worst, the scenario at the edge in part", () => {
    const costs = Float64Array.from([5, 1, 4, 2, 3]);
    expect(conditionalValueAtRisk(costs, 0.6)).toBeCloseTo(4.5, 12);
    // The worst 30 % of five are one and a half.
    expect(conditionalValueAtRisk(costs, 0.7)).toBeCloseTo((5 + 0.5 * 4) / 1.5, 12);
    expect(conditionalValueAtRisk(costs, 0)).toBeCloseTo(3, 12);
    expect(conditionalValueAtRisk(costs, 0.95)).toBeCloseTo(5, 12);
  });

  it("counts dear scenarios more when it has a weight", async () => {
    const scenarios = [...Array.from({ length: 9 }, () => [0]), [10]];
    const prices: PricesFileInput = { families: { a: { on_demand: 10, commit: { "1y": 2 } } } };
    const neutral = await economics({ a: scenarios }, prices);
    expect(gpusOf(neutral)).toEqual([0]);
    expect(neutral).toMatchObject({ expected_cost: 10, cvar95: 100, risk: null, method: "quantiles", gap: 0 });
    const averse = await economics({ a: scenarios }, prices, { risk: { level: 0.9, weight: 0.5 } });
    expect(gpusOf(averse)).toEqual([10]);
    expect(averse).toMatchObject({ expected_cost: 20, cvar95: 20, method: "cutting_planes" });
    expect(averse.risk).toEqual({ level: 0.9, weight: 0.5, cvar: 20 });
  });

  it("regret is what not knowing costs", async () => {
    const prices: PricesFileInput = { families: { a: { on_demand: 10, commit: { "1y": 4 } } } };
    const capacity = await economics({ a: [[10], [0]] }, prices);
    expect(capacity).toMatchObject({ expected_cost: 40, perfect_foresight_cost: 20, regret: 20 });
  });

  it("has nothing to decide without offers or demand", async () => {
    const risk = { level: 0.5, weight: 1 };
    const plain = await economics({ a: [[1], [3]] }, { families: { a: { on_demand: 10 } } }, { risk });
    expect(plain).toMatchObject({ expected_cost: 20, commitments: [], gap: 0 });
    const offered = {
      families: { a: { on_demand: 10, commit: { "1y": 5 } } },
      savings_plans: { "1y": { rates: { a: 6 } } },
    };
    const idle = await economics({ a: [[0], [0]] }, offered, { risk });
    expect(idle).toMatchObject({ expected_cost: 0, cvar95: 0, coverage: 0, utilisation: null });
  });

  it.each([
    [{ level: 1, weight: 0.5 }, "the CVaR level must be from 0 to below 1, got 1"],
    [{ level: 0.9, weight: 1.5 }, "the risk weight must be from 0 to 1, got 1.5"],
  ])("refuses %j", async (risk, message) => {
    await expect(economics({ a: [[1]] }, { families: { a: { on_demand: 1 } } }, { risk })).rejects.toThrow(message);
  });
});

describe("break-even", () => {
  it("is the price ratio, in months of the whole term", () => {
    expect(breakEven("1y", 3, 4)).toEqual({ utilisation: 0.75, months: 9 });
    expect(breakEven("3y", 2, 4)).toEqual({ utilisation: 0.5, months: 18 });
  });

  it("of three years over renewals counts every started year", () => {
    expect(monthsOverRenewal(3, 1.5)).toBe(12); // 4.5 for three years: the second year brings renewals to 6
    expect(monthsOverRenewal(3, 2)).toBe(24);
    expect(monthsOverRenewal(3, 3)).toBeNull();
    expect(monthsOverRenewal(4, 1)).toBe(0);
  });

  it("stands beside every offer", async () => {
    const capacity = await economics(
      { a: [[5, 5]] },
      { families: { a: { on_demand: 4, commit: { "1y": 3, "3y": 1.5 } } } },
    );
    expect(capacity.commitments).toMatchObject([
      {
        ...{ term: "3y", gpus: 5, break_even_utilisation: 0.375, break_even_months: 13.5 },
        ...{ pays_over_renewal_after_months: 12, beyond_horizon_usd: 7.5 * 26_278 },
      },
      { term: "1y", gpus: 0, break_even_months: 9, pays_over_renewal_after_months: null, beyond_horizon_usd: 0 },
    ]);
  });
});

describe("whole nodes", () => {
  const types = [
    { type: "big", gpus: 8, model: "a", price_hour: 36 },
    { type: "small", gpus: 4, model: "a", price_hour: 16 },
    { type: "cpu", gpus: 0, model: "", price_hour: 1 },
    { type: "b", gpus: 2, model: "x", price_hour: 9 },
  ];

  it("round to the neighbour that costs less, within limits", async () => {
    const prices = (price: number, most?: number): PricesFileInput => ({
      families: { a: { on_demand: 4, commit: { "1y": price }, max_commit: most ? { "1y": most } : undefined } },
    });
    const options = { nodeTypes: types };
    const up = await economics({ a: [[7, 7]] }, prices(2), options);
    expect(up.nodes).toMatchObject({
      expected_cost: 2 * 8 * 2,
      rows: [{ node_type: "small", gpus_per_node: 4, nodes: 2, gpus: 8, hourly_usd: 16, rounding: "up" }],
    });
    const down = await economics({ a: [[7, 7]] }, prices(3.5), options);
    expect(down.nodes).toMatchObject({ expected_cost: 2 * (4 * 3.5 + 3 * 4), rows: [{ nodes: 1, rounding: "down" }] });
    expect((await economics({ a: [[7, 7]] }, prices(2, 7), options)).nodes?.rows[0]).toMatchObject({ nodes: 1 });
    expect((await economics({ a: [[8, 8]] }, prices(2), options)).nodes?.rows[0]).toMatchObject({ rounding: "exact" });
    expect((await economics({ a: [[8, 8]] }, prices(2))).nodes).toBeNull();
  });

  it("take the node type of that name, else the one of that model with the lowest price a GPU", () => {
    expect(nodeTypeOf("a", types).type).toBe("small");
    expect(nodeTypeOf("b", types).type).toBe("b");
    expect(() => nodeTypeOf("c", types)).toThrow(
      'no node type with GPUs has the type or model "c"; the catalogue has: "big" (a), "small" (a), "b" (x)',
    );
  });
});
