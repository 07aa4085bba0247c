import { describe, expect, it } from "vitest";
import { capacityEconomics, type DemandQuantiles, parsePrices, sampleQuantiles } from "../../../src/capacity/index.js";

describe("prices", () => {
  const a = { on_demand: 4, commit: { "1y": 3 } };

  it.each([
    [{}, "p.json: families: expected record, received undefined"],
    [{ families: {} }, "p.json: families: expected at least one"],
    [{ families: { a: { ondemand: 4 } } }, 'families.a: unknown key "ondemand"; the nearest known key is "on_demand"'],
    [{ families: { a: { on_demand: -1 } } }, "p.json: families.a.on_demand: Too small: expected number to be >0"],
    [
      { families: { a: { ...a, commit: { "2y": 1 } } } },
      'p.json: families.a.commit: unknown key "2y"; the nearest known key is "1y"',
    ],
    [
      { families: { a: { ...a, max_commit: { "3y": 5 } } } },
      "p.json: families.a.max_commit.3y: there is no commit price of 3y",
    ],
    [
      { families: { a: { ...a, spot: { price: 1, max_fraction: 1.5, overhead: 0 } } } },
      "p.json: families.a.spot.max_fraction: Too big: expected number to be <=1",
    ],
    [
      { families: { a: { ...a, existing: [{ term: "3y", gpus: 1 }] } } },
      "p.json: families.a.existing[0]: give its price, as there is no commit price of 3y",
    ],
    [
      { families: { a: { ...a, existing: [{ term: "1y", gpus: 1, until: "2027-01-01" }] } } },
      "p.json: families.a.existing[0].until: needs start, the instant of hour 0; or give until_hour",
    ],
    [
      {
        start: "2026-01-01",
        families: { a: { ...a, existing: [{ term: "1y", gpus: 1, until: "2027-01-01", until_hour: 3 }] } },
      },
      "p.json: families.a.existing[0]: give until or until_hour, not both",
    ],
    [
      { families: { a }, savings_plans: { "1y": { rates: { aa: 1 } } } },
      'p.json: savings_plans.1y.rates: no family "aa" in families; the nearest is "a"',
    ],
    [{ start: "soon", families: { a } }, 'p.json: start: expected a date or time such as 2027-03-01, got "soon"'],
  ])("%j is refused", (value, message) => {
    expect(() => parsePrices(value, "p.json")).toThrow(message);
  });

  it("have their defaults filled in", () => {
    expect(parsePrices({ families: { a: { on_demand: 4, spot: { price: 1, max_fraction: 0.5 } } } })).toEqual({
      currency: "USD",
      families: { a: { on_demand: 4, spot: { price: 1, max_fraction: 0.5, overhead: 0 }, existing: [] } },
    });
  });
});

describe("demand", () => {
  const demand = { families: ["a"], scenarios: 1, hours: 2, firstHour: 5, gpus: [Float64Array.of(1, 2)] };
  const prices = { families: { a: { on_demand: 1 } } };

  it.each([
    [{ ...demand, families: ["b"] }, 'the prices have no family "b" of the demand; the nearest is "a"'],
    [{ ...demand, gpus: [Float64Array.of(1, -2)] }, 'family "a" scenario 0 hour 6: expected GPUs from 0, got -2'],
    [
      { ...demand, gpus: [Float64Array.of(Number.NaN, 2)] },
      'family "a" scenario 0 hour 5: expected GPUs from 0, got NaN',
    ],
    [{ ...demand, hours: 3 }, 'family "a": expected 1 scenarios × 3 hours of GPUs, got 2 values'],
    [
      { ...demand, families: ["a", "a"], gpus: [demand.gpus[0], demand.gpus[0]] },
      'family "a" comes twice in the demand',
    ],
    [{ ...demand, families: [], gpus: [] }, "the demand is empty: expected at least one family, scenario and hour"],
  ])("is refused (%#)", async (bad, message) => {
    await expect(capacityEconomics(bad, prices)).rejects.toThrow(message);
  });
});

describe("quantiles", () => {
  const hours = 40;
  const row = (value: number) => new Float64Array(hours).fill(value);
  const quantiles: DemandQuantiles = {
    families: ["a", "b"],
    probabilities: [0.1, 0.5, 0.9],
    hours,
    firstHour: 0,
    gpus: [
      Float64Array.from([...row(10), ...row(20), ...row(60)]),
      Float64Array.from([...row(1), ...row(2), ...row(3)]),
    ],
  };

  it("are met exactly in every hour by any number of scenarios", () => {
    const { gpus, scenarios } = sampleQuantiles(quantiles, { scenarios: 10 });
    expect(scenarios).toBe(10);
    for (let h = 0; h < hours; h++) {
      const hour = Float64Array.from({ length: 10 }, (_, s) => gpus[0][s * hours + h]).sort();
      // Probabilities 0.05, 0.15, …, 0.95: flat beyond 0.1 and 0.9, linear between.
      const wanted = [10, 11.25, 13.75, 16.25, 18.75, 25, 35, 45, 55, 60];
      hour.forEach((value, i) => {
        expect(value).toBeCloseTo(wanted[i], 9);
      });
    }
  });

  /** Correlation of two lists. */
  function correlation(x: number[], y: number[]): number {
    const mean = (v: number[]) => v.reduce((a, b) => a + b, 0) / v.length;
    const [mx, my] = [mean(x), mean(y)];
    const product = (u: number[], mu: number, v: number[], mv: number) =>
      u.reduce((sum, one, i) => sum + (one - mu) * (v[i] - mv), 0);
    return product(x, mx, y, my) / Math.sqrt(product(x, mx, x, mx) * product(y, my, y, my));
  }

  it("come with the correlations asked for, over hours and families", () => {
    const linear = { ...quantiles, probabilities: [0, 0.5, 1], gpus: [quantiles.gpus[1], quantiles.gpus[1]] };
    const of = (hourCorrelation: number, familyCorrelation: number) => {
      const options = { scenarios: 2000, hourCorrelation, familyCorrelation };
      const { gpus } = sampleQuantiles(linear, options);
      const at = (f: number, h: number) => Array.from({ length: 2000 }, (_, s) => gpus[f][s * hours + h]);
      return { hours: correlation(at(0, 20), at(0, 21)), families: correlation(at(0, 20), at(1, 20)) };
    };
    // Spearman's correlation of a Gaussian copula: 6 ÷ π × asin(ρ ÷ 2).
    const ranks = (rho: number) => (6 / Math.PI) * Math.asin(rho / 2);
    const strong = of(0.9, 0.5);
    expect(Math.abs(strong.hours - ranks(0.9))).toBeLessThan(0.03);
    expect(Math.abs(strong.families - ranks(0.5))).toBeLessThan(0.06);
    const none = of(0, 0);
    expect(Math.abs(none.hours)).toBeLessThan(0.06);
    expect(Math.abs(none.families)).toBeLessThan(0.06);
  });

  it("do not depend on the order of the families, and follow the seed", () => {
    const turned = { ...quantiles, families: ["b", "a"], gpus: [quantiles.gpus[1], quantiles.gpus[0]] };
    const draw = sampleQuantiles(quantiles);
    expect(sampleQuantiles(turned).gpus).toEqual([draw.gpus[1], draw.gpus[0]]);
    expect(sampleQuantiles(quantiles, { seed: 42 }).gpus).toEqual(draw.gpus);
    expect(sampleQuantiles(quantiles, { seed: 1 }).gpus).not.toEqual(draw.gpus);
  });

  it.each([
    [
      {
        ...quantiles,
        probabilities: [0.1, 0.9, 0.5].sort(),
        gpus: [Float64Array.from([...row(10), ...row(9), ...row(60)]), quantiles.gpus[1]],
      },
      {},
      'quantiles cross: family "a" hour 0 has 9 GPUs at q 0.5, below the 10 at q 0.1; sort them or mend the forecast',
    ],
    [
      { ...quantiles, probabilities: [0.5], gpus: [row(1), row(2)] },
      {},
      "the quantiles have one probability only: at least two are needed to tell how demand spreads",
    ],
    [quantiles, { scenarios: 0 }, "scenarios must be a whole number from 1, got 0"],
    [quantiles, { hourCorrelation: 1 }, "hourCorrelation must be from 0 to below 1, got 1"],
    [quantiles, { familyCorrelation: -0.1 }, "familyCorrelation must be from 0 to 1, got -0.1"],
  ])("are refused (%#)", (bad, options, message) => {
    expect(() => sampleQuantiles(bad, options)).toThrow(message);
  });
});
