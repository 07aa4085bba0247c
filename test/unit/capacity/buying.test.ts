import { describe, expect, it } from "vitest";
import { budgetPosition, budgetWindow } from "../../../src/capacity/budget.js";
import { commitmentLevel, existingCommitments, marginalUse } from "../../../src/capacity/commitments.js";
import { costHistogram } from "../../../src/capacity/cost-histogram.js";
import { spotOverhead } from "../../../src/capacity/index.js";
import { purchaseCosts } from "../../../src/capacity/purchase-costs.js";
import { MONDAY, makeContext } from "./make-input.js";

/** Demand of 1, 2, …, n nodes of 8 GPUs, one path-hour each: P(k-th node needed) = (n − k + 1) / n. */
const uniform = (n: number) => Float64Array.from({ length: n }, (_, i) => 8 * (i + 1));

describe("commitmentLevel", () => {
  const use = marginalUse(uniform(100), null, 8, [], 100);

  it("is the newsvendor's critical ratio in closed form", () => {
    // Buy while (101 − k) / 100 ≥ 12 / 20, so k ≤ 41.
    expect(commitmentLevel(use, { commit: 12, onDemand: 20, spot: null })).toBe(41);
    expect(commitmentLevel(use, { commit: 19.9, onDemand: 20, spot: null })).toBe(1);
    expect(commitmentLevel(use, { commit: 0.1, onDemand: 20, spot: null })).toBe(100);
  });

  it("buys nothing without a price difference", () => {
    expect(commitmentLevel(use, { commit: 20, onDemand: 20, spot: null })).toBe(0);
    const always = marginalUse(new Float64Array(10).fill(80), null, 8, [], 10);
    expect(commitmentLevel(always, { commit: 20, onDemand: 20, spot: null })).toBe(0);
    expect(commitmentLevel(always, { commit: 21, onDemand: 20, spot: null })).toBe(0);
  });

  it("nets what is committed already, also when it ends inside the horizon", () => {
    const forever = { kind: "commit_1y" as const, nodes: 30, until: null, price: 12, endHour: 100 };
    expect(
      commitmentLevel(marginalUse(uniform(100), null, 8, [forever], 100), { commit: 12, onDemand: 20, spot: null }),
    ).toBe(11);
    // Every hour needs 10 nodes; 4 are held for the first half only, so 6 are always open and 4 more half the time.
    const half = { ...forever, nodes: 4, endHour: 50 };
    const flat = marginalUse(new Float64Array(100).fill(80), null, 8, [half], 100);
    expect(commitmentLevel(flat, { commit: 12, onDemand: 20, spot: null })).toBe(6);
    expect(commitmentLevel(flat, { commit: 9, onDemand: 20, spot: null })).toBe(10);
  });

  it("does not commit what spot would run for less", () => {
    const demand = new Float64Array(100).fill(80);
    const spotNodes = new Uint32Array(100).fill(3);
    const withSpot = marginalUse(demand, spotNodes, 8, [], 100);
    expect(commitmentLevel(withSpot, { commit: 12, onDemand: 20, spot: 8 })).toBe(7);
    expect(commitmentLevel(withSpot, { commit: 7, onDemand: 20, spot: 8 })).toBe(10);
  });

  it("is the level at which the cost is least, on uneven demand", () => {
    const load = Float64Array.from([3, 50, 9, 17, 80, 41, 24, 66], (gpus) => gpus);
    const costAt = (nodes: number) =>
      purchaseCosts(
        {
          load,
          spotNodes: null,
          gpusPerNode: 8,
          horizon: 8,
          prices: { onDemand: 20, spot: 20 },
          existing: [],
          bought: [{ nodes, price: 11 }],
        },
        0,
        0,
      ).horizon.recommended[0];
    const best = commitmentLevel(marginalUse(load, null, 8, [], 8), { commit: 11, onDemand: 20, spot: null });
    for (let nodes = 0; nodes <= 12; nodes++) expect(costAt(best)).toBeLessThanOrEqual(costAt(nodes));
    expect(best).toBeGreaterThan(0);
  });
});

describe("existingCommitments", () => {
  it("ends at the start of the local day that it is held until", () => {
    const span = { start: MONDAY, horizon: 168, zone: "Asia/Shanghai" };
    const commitments = {
      existing: [{ pool: "p", nodes: 2, until: "2020-01-08", kind: "commit_1y" as const }],
      terms: [],
    };
    expect(existingCommitments(commitments, "p", () => 5, span)).toEqual([
      { kind: "commit_1y", nodes: 2, until: "2020-01-08", price: 5, endHour: 40 },
    ]);
    expect(existingCommitments(commitments, "other", () => 5, span)).toEqual([]);
  });
});

describe("spotOverhead", () => {
  it("is about λ(τ/2 + R) when interruptions are rare, and none without them", () => {
    const terms = { interruption_per_hour: 0.05, checkpoint_minutes: 15, restart_minutes: 6 };
    expect(spotOverhead(terms)).toBeCloseTo(Math.exp(0.005) * (Math.expm1(0.0125) / 0.0125) - 1, 14);
    expect(Math.abs(spotOverhead(terms) - 0.05 * (0.125 + 0.1))).toBeLessThan(2e-4);
    expect(spotOverhead({ ...terms, interruption_per_hour: 0 })).toBe(0);
    expect(spotOverhead({ ...terms, checkpoint_minutes: 0 })).toBeCloseTo(Math.expm1(0.005), 14);
  });
});

describe("purchaseCosts", () => {
  it("pays commitments every hour and buys the rest by the hour", () => {
    const costs = purchaseCosts(
      {
        load: Float64Array.of(0, 16, 41),
        spotNodes: Uint32Array.of(0, 0, 2),
        gpusPerNode: 8,
        horizon: 3,
        prices: { onDemand: 20, spot: 5 },
        existing: [{ kind: "commit_1y", nodes: 1, until: null, price: 10, endHour: 2 }],
        bought: [{ nodes: 2, price: 8 }],
      },
      1,
      3,
    );
    // Nodes needed: 0, 2, 6. Held: 1, 1, 0.
    expect(costs.horizon.on_demand[0]).toBe(8 * 20);
    expect(costs.horizon.today[0]).toBe(10 + (10 + 20) + 120);
    expect(costs.horizon.recommended[0]).toBe(26 + 26 + (16 + 2 * 5 + 2 * 20));
    expect(costs.window.recommended[0]).toBe(26 + 66);
    expect(costs.spotHours[0]).toBe(2);
    expect(costs.nodeHours[0]).toBe(8);
  });
});

describe("budget", () => {
  const costs = (values: number[]) => ({
    on_demand: Float64Array.from(values, (v) => 2 * v),
    today: Float64Array.from(values),
    recommended: Float64Array.from(values),
  });

  it("takes the share of the month that the horizon covers", () => {
    const context = makeContext({ budget: { month: 744, currency: "USD" } }, 672);
    const window = budgetWindow(context, "2020-01");
    expect(window).toEqual({ from: 0, to: 26 * 24, monthHours: 744 });
    const budget = budgetPosition(context, "2020-01", window, costs([600, 624, 630, 700]));
    expect(budget).toMatchObject({ comparable: 624, coveredHours: 624, monthHours: 744 });
    expect(budget?.options.map(({ option, pOverBudget }) => [option, pOverBudget])).toEqual([
      ["on_demand", 1],
      ["today", 0.5],
      ["recommended", 0.5],
    ]);
    expect(budget?.options[1].position.mean).toBe(-14.5);
  });

  it("is absent for a month that the horizon does not reach", () => {
    const context = makeContext({ budget: { month: 1, currency: "USD" } }, 168);
    const window = budgetWindow(context, "2020-05");
    expect(budgetPosition(context, "2020-05", window, costs([1]))).toBeNull();
  });

  it("draws one histogram for all ways to pay", () => {
    const bins = costHistogram(costs([1, 1, 2, 41]));
    for (const option of ["on_demand", "today", "recommended"] as const) {
      const own = bins.filter((bin) => bin.option === option);
      expect(own.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
      expect(own.every(({ from, to }) => to > from)).toBe(true);
    }
    expect(costHistogram(costs([0]))).toHaveLength(3);
  });
});
