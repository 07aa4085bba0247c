import { describe, expect, it } from "vitest";
import { locationPosterior, meanCost } from "../../../src/changepoint/index.js";
import { createRandom } from "../../../src/core/random.js";

function step(n: number, at: number, size: number, seed: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: n }, (_, i) => (i < at ? 0 : size) + random.normal());
}

describe("locationPosterior", () => {
  it("sums to 1 and names the first observation of the new segment", () => {
    const y = Float64Array.of(0, 0.1, -0.1, 0, 9, 9.1, 8.9, 9);
    const { from, weights, index, low, high } = locationPosterior(meanCost(y), 0, 4, 8, { scale: 1, level: 0.95 });
    expect(from).toBe(1);
    expect(weights).toHaveLength(7);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect([index, low, high]).toEqual([4, 4, 4]);
  });

  it("is exp(−Δcost / 2 scale), up to the sum", () => {
    const y = step(40, 17, 1, 3);
    const cost = meanCost(y);
    const { from, weights } = locationPosterior(cost, 5, 17, 35, { scale: 2.5, level: 0.9 });
    const total = (k: number): number => cost.cost(5, k) + cost.cost(k, 35);
    expect(Math.log(weights[3] / weights[10])).toBeCloseTo((total(from + 10) - total(from + 3)) / 5, 9);
  });

  it("widens with the long-run variance and the level", () => {
    const cost = meanCost(step(200, 90, 1, 5));
    const width = (scale: number, level: number): number => {
      const { low, high } = locationPosterior(cost, 0, 90, 200, { scale, level });
      return high - low;
    };
    expect(width(4, 0.95)).toBeGreaterThan(width(1, 0.95));
    expect(width(1, 0.95)).toBeGreaterThan(width(1, 0.5));
  });

  it("holds the level with no shorter run", () => {
    const { from, weights, low, high } = locationPosterior(meanCost(step(60, 30, 1, 8)), 0, 30, 60, {
      scale: 1,
      level: 0.8,
    });
    const held = (a: number, b: number): number => weights.slice(a, b + 1).reduce((sum, w) => sum + w, 0);
    expect(held(low - from, high - from)).toBeGreaterThanOrEqual(0.8);
    const width = high - low;
    for (let a = 0; a + width - 1 < weights.length; a++) expect(held(a, a + width - 1)).toBeLessThan(0.8);
  });

  it("takes a change closer to its neighbour than the least segment", () => {
    const cost = { ...meanCost(step(20, 10, 5, 1)), minSize: 8 };
    const { index } = locationPosterior(cost, 0, 10, 14, { scale: 1, level: 0.95 });
    expect(index).toBeGreaterThanOrEqual(8);
  });
});
