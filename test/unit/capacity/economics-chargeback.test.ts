import { describe, expect, it } from "vitest";
import { capacityEconomics, type PricesFileInput, teamUsage } from "../../../src/capacity/index.js";

const prices: PricesFileInput = {
  families: {
    a: { on_demand: 10, existing: [{ term: "1y", gpus: 4, price: 5 }] },
    b: { on_demand: 2, existing: [{ term: "1y", gpus: 1, price: 1 }] },
  },
};
const demand = {
  families: ["a", "b"],
  scenarios: 1,
  hours: 2,
  firstHour: 10,
  gpus: [Float64Array.of(6, 2), Float64Array.of(0, 0)],
};
const rows = { team: ["x", "y", "x"], family: ["a", "a", "a"], hour: [10, 10, 11], gpuHours: [4.5, 1.5, 2] };

describe("chargeback", () => {
  it("charges each hour at its blended price and spreads idle reservations by use", async () => {
    const usage = teamUsage(rows, demand);
    const { capacity, chargeback } = await capacityEconomics(demand, prices, { usage });
    // Hour 10: 4 × 5 + 2 × 10 = 40 for 6 GPUs, 30 to x and 10 to y. Hour 11: 2 × 5 to x, 2 × 5 idle.
    // Idle 10 by GPU-hours, 6.5 to 1.5; nobody used b.
    expect(chargeback).toEqual([
      { team: "_idle", family: "b", gpuHours: 0, shareCost: 0, idleCost: 2, total: 2 },
      { team: "x", family: "a", gpuHours: 6.5, shareCost: 40, idleCost: 8.125, total: 48.125 },
      { team: "y", family: "a", gpuHours: 1.5, shareCost: 10, idleCost: 1.875, total: 11.875 },
    ]);
    expect(capacity.chargeback).toMatchObject({ bill: 62, of: "usage", rule: { name: "blended-hour" } });
  });

  it("gives the expected bill of the demand to one team when nobody says who used what", async () => {
    const { capacity, chargeback } = await capacityEconomics(demand, prices);
    expect(capacity.chargeback).toMatchObject({ bill: 62, of: "demand" });
    expect(capacity.expected_cost).toBe(62);
    expect(chargeback.map(({ team, family, total }) => [team, family, total])).toEqual([
      ["_idle", "b", 2],
      ["_unassigned", "a", 60],
    ]);
  });

  it("spreads idle money of a savings plan at on-demand prices", async () => {
    const plan: PricesFileInput = {
      families: { a: { on_demand: 10 }, b: { on_demand: 5 } },
      savings_plans: { "1y": { rates: { a: 5, b: 4 }, max_hourly_usd: 0, existing: [{ hourly_usd: 24 }] } },
    };
    const two = { ...demand, hours: 1, gpus: [Float64Array.of(2), Float64Array.of(2)] };
    const usage = teamUsage({ team: ["x", "y"], family: ["a", "b"], hour: null, gpuHours: [2, 2] }, two);
    const { chargeback } = await capacityEconomics(two, plan, { usage });
    // 10 for a, 8 for b, 6 left over: 4 and 2.
    expect(chargeback).toMatchObject([
      { team: "x", shareCost: 10, idleCost: 4 },
      { team: "y", shareCost: 8, idleCost: 2 },
    ]);
    const nobody = { ...two, gpus: [Float64Array.of(0), Float64Array.of(0)] };
    expect((await capacityEconomics(nobody, plan)).chargeback).toEqual([
      { team: "_idle", family: "_all", gpuHours: 0, shareCost: 0, idleCost: 24, total: 24 },
    ]);
  });

  it("adds rows up, and spreads GPU-hours without an hour evenly", () => {
    const usage = teamUsage(
      { team: ["y", "x", "y"], family: ["b", "a", "b"], hour: null, gpuHours: [3, 1, 5] },
      demand,
    );
    expect(usage.teams).toEqual(["x", "y"]);
    expect(usage.gpus[1][1]).toEqual(Float64Array.of(4, 4));
    expect(usage.gpus[0][0]).toEqual(Float64Array.of(0.5, 0.5));
  });

  it.each([
    [{ ...rows, family: ["a", "A", "a"] }, 'usage of team "y": the demand has no family "A"; the nearest is "a"'],
    [{ ...rows, hour: [10, 12, 11] }, `usage of team "y": hour 12 lies outside the demand's hours 10 to 11`],
  ])("refuses usage that the demand does not have (%#)", (bad, message) => {
    expect(() => teamUsage(bad, demand)).toThrow(message);
  });
});
