import { describe, expect, it } from "vitest";
import { originCount, planOrigins, planPanel, scoredSteps } from "../../../src/forecast/origins.js";

describe("planOrigins", () => {
  it("lays origins a horizon apart at the end of the history", () => {
    expect(planOrigins(1000, 48, [24, 168], 4)).toEqual({ cuts: [808, 856, 904, 952], horizon: 48 });
  });

  it("moves them closer by whole days where the history is short", () => {
    const { cuts, horizon } = planOrigins(500, 48, [24, 168], 4);
    expect(horizon).toBe(48);
    expect(cuts[cuts.length - 1]).toBe(452);
    for (let k = 1; k < cuts.length; k++) expect((cuts[k] - cuts[k - 1]) % 24).toBe(0);
    expect(cuts[0]).toBeGreaterThanOrEqual(250);
  });

  it("shortens the horizon at last, and gives none below 61 steps", () => {
    const { cuts, horizon } = planOrigins(80, 48, [], 4);
    expect(horizon).toBe(12);
    expect(cuts[0]).toBeGreaterThanOrEqual(60);
    expect(cuts[cuts.length - 1] + horizon).toBe(80);
    expect(planOrigins(60, 48, [24], 4)).toEqual({ cuts: [], horizon: 0 });
    expect(planOrigins(61, 48, [24], 4)).toEqual({ cuts: [60], horizon: 1 });
  });

  it("never scores beyond the end, never trains on less than asked, for any length", () => {
    for (let n = 1; n < 700; n += 23) {
      for (const horizon of [1, 7, 48, 168]) {
        for (const count of [1, 4, 12]) {
          const plan = planOrigins(n, horizon, n > 48 ? [24] : [], count);
          expect(plan.cuts).toEqual([...new Set(plan.cuts)].sort((a, b) => a - b));
          expect(plan.horizon).toBeLessThanOrEqual(horizon);
          for (const cut of plan.cuts) {
            expect(cut).toBeGreaterThanOrEqual(60);
            expect(cut + plan.horizon).toBeLessThanOrEqual(n);
          }
        }
      }
    }
  });
});

describe("planPanel", () => {
  const series = (n: number) => ({ n, seasons: [] });

  it("leaves short series without origins where others have enough", () => {
    const { plans, few } = planPanel([series(1000), series(20)], 24, 4);
    expect(plans.map(({ cuts }) => cuts.length)).toEqual([4, 0]);
    expect(few).toBe(false);
  });

  it("trains on less where no series is long, so that intervals have something to stand on", () => {
    const { plans, few } = planPanel([series(40)], 6, 12);
    expect(plans[0].cuts[0]).toBeGreaterThanOrEqual(9);
    expect(scoredSteps(plans)).toBeGreaterThanOrEqual(40);
    expect(few).toBe(false);
    expect(planPanel([series(3)], 6, 12).few).toBe(true);
    expect(planPanel([series(3)], 6, 12).plans[0].cuts.length).toBeGreaterThan(0);
  });

  it("has no origin for one value", () => {
    expect(planPanel([series(1)], 6, 12)).toEqual({ plans: [{ cuts: [], horizon: 0 }], few: true });
  });
});

describe("originCount", () => {
  it("is 4 by the hour and 8 by the week for large panels, more for small ones", () => {
    expect(originCount(207, [24, 168], 48)).toBe(4);
    expect(originCount(180, [52], 13)).toBe(8);
    expect(originCount(16, [24, 168], 168)).toBe(8);
    expect(originCount(1, [24], 48)).toBe(12);
    expect(originCount(1, [24], 1)).toBe(40);
    expect(originCount(0, [], 1)).toBe(40);
  });
});
