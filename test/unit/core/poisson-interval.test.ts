import { describe, expect, it } from "vitest";
import { poissonInterval } from "../../../src/core/poisson-interval.js";

describe("the exact interval of a Poisson mean", () => {
  // scipy 1.17.1: chi2.ppf(0.025, 2k) / 2 and chi2.isf(0.025, 2k + 2) / 2
  it.each([
    [0, 0, 3.6888794541139363],
    [1, 0.025317807984289876, 5.571643390938898],
    [10, 4.7953886961324335, 18.390356042017775],
    [200, 173.24088268145732, 229.72198166544987],
    [100_000, 99381.15266374472, 100621.74473974388],
  ])("of %d events", (count, low, high) => {
    const interval = poissonInterval(count);
    expect(interval.low).toBeCloseTo(low, 7);
    expect(interval.high).toBeCloseTo(high, 7);
  });
  it("is wider at a higher level", () => {
    expect(poissonInterval(3, 0.999).low).toBeCloseTo(0.14970384992316443, 10);
  });
});
