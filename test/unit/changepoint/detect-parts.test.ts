import { describe, expect, it } from "vitest";
import { noise } from "../../../fixtures/changepoint-series.js";
import { autoregressiveCost } from "../../../src/changepoint/costs/autoregressive-cost.js";
import { countDispersion } from "../../../src/changepoint/dispersion.js";
import { fillGaps } from "../../../src/changepoint/fill-gaps.js";
import { meanCost, slopeCost } from "../../../src/changepoint/index.js";
import { locateKink } from "../../../src/changepoint/kink.js";
import { differenceNoise } from "../../../src/changepoint/noise.js";
import { seasonCandidates } from "../../../src/changepoint/season-candidates.js";
import { chiSquareTail } from "../../../src/core/chi-square-tail.js";
import { createRandom } from "../../../src/core/random.js";

describe("chiSquareTail", () => {
  it.each([
    [3.841458820694124, 1, 0.05],
    [5.991464547107979, 2, 0.05],
    [7.814727903251179, 3, 0.05],
    [18.307038053275146, 10, 0.05],
    [30.14352720564616, 19, 0.05],
    [0.5, 1, 0.4795001221869535],
    [60, 1, 9.485738e-15],
  ])("%f with %i degrees of freedom", (x, degrees, p) => {
    expect(chiSquareTail(x, degrees) / p).toBeCloseTo(1, 6);
  });

  it("is 1 at 0 and below", () => {
    expect(chiSquareTail(0, 1)).toBe(1);
    expect(chiSquareTail(-3, 4)).toBe(1);
  });
});

describe("autoregressiveCost", () => {
  const x = noise("AR(0.5)", 60, 3);

  it("is the plain cost without autocorrelation", () => {
    const [means, lines] = [meanCost(x), slopeCost(x)];
    for (const [start, end] of [
      [0, 60],
      [7, 31],
      [12, 16],
    ]) {
      expect(autoregressiveCost(x, 0, "mean").cost(start, end)).toBeCloseTo(means.cost(start, end), 9);
      expect(autoregressiveCost(x, 0, "slope").cost(start, end)).toBeCloseTo(lines.cost(start, end), 9);
    }
  });

  it("is the least sum of squared innovations over all lines", () => {
    const phi = 0.6;
    const [start, end] = [5, 40];
    const squares = (level: number, slope: number): number => {
      const rest = (i: number): number => x[i] - level - slope * (i - start);
      let sum = (1 - phi * phi) * rest(start) ** 2;
      for (let i = start + 1; i < end; i++) sum += (rest(i) - phi * rest(i - 1)) ** 2;
      return sum;
    };
    const least = autoregressiveCost(x, phi, "slope").cost(start, end);
    const random = createRandom(2);
    for (let k = 0; k < 300; k++)
      expect(squares(random.normal(), 0.05 * random.normal())).toBeGreaterThan(least - 1e-9);
    let best = Number.POSITIVE_INFINITY;
    for (let a = -2; a <= 2; a += 0.01) for (let b = -0.1; b <= 0.1; b += 0.001) best = Math.min(best, squares(a, b));
    expect(best).toBeCloseTo(least, 2);
  });
});

describe("differenceNoise", () => {
  it.each([
    ["iid normal", 0],
    ["AR(0.5)", 0.5],
    ["AR(0.8)", 0.8],
  ] as const)("%s: variance 1, φ %f, whatever the level does", (family, phi) => {
    const x = noise(family, 4000, 7).map((value, i) => value + 10 * Math.floor(i / 400));
    const found = differenceNoise(x, 0.9);
    expect(Math.abs(found.phi - phi)).toBeLessThan(0.08);
    expect(found.variance).toBeGreaterThan(0.75);
    expect(found.variance).toBeLessThan(1.35);
    expect(found.longRun).toBeCloseTo((found.variance * (1 + found.phi)) / (1 - found.phi), 12);
  });

  it("is nothing for a constant or a single value", () => {
    expect(differenceNoise(new Float64Array(9), 0.8).longRun).toBe(0);
    expect(differenceNoise(Float64Array.of(4), 0.8).longRun).toBe(0);
  });
});

describe("locateKink", () => {
  const bend = Float64Array.from({ length: 90 }, (_, i) => 2 - 0.1 * i + 0.3 * Math.max(0, i - 40));

  it("finds the observation at which a line bends", () => {
    const found = locateKink(bend, 0, 50, 90, 0.01, 0.95);
    expect(found).toMatchObject({ index: 40, low: 40, high: 40 });
    expect(found?.ratio).toBeGreaterThan(1000);
  });

  it("has no place without room on both sides", () => {
    expect(locateKink(bend, 0, 2, 90, 0.01, 0.95)).toBeNull();
  });
});

describe("countDispersion", () => {
  const random = createRandom(12);

  it("is about 1 for Poisson counts of any rate and exposure, though the rate changes", () => {
    for (const rate of [0.3, 4, 80]) {
      const exposure = Float64Array.from({ length: 3000 }, () => 1 + random.int(5));
      const counts = exposure.map((e, i) => random.poisson(e * rate * (i < 1000 ? 1 : 3)));
      expect(countDispersion(counts, exposure)).toBeCloseTo(1, 0);
    }
  });

  it("grows with what counts have beyond that, and is 1 without any", () => {
    const lumps = Float64Array.from({ length: 2000 }, () => 5 * random.poisson(4));
    expect(countDispersion(lumps)).toBeGreaterThan(3.5);
    expect(countDispersion(new Float64Array(20))).toBe(1);
  });
});

describe("seasonCandidates", () => {
  const HOUR = 3_600_000;

  it.each([
    [HOUR / 12, [12, 288, 2016]],
    [HOUR, [24, 168]],
    [24 * HOUR, [7, 365]],
    [7 * 24 * HOUR, [52]],
    [30.4 * 24 * HOUR, [12]],
    [91.3 * 24 * HOUR, [4]],
  ])("of a step of %f ms", (step, periods) => {
    expect(seasonCandidates(Float64Array.from({ length: 50 }, (_, i) => i * step))).toEqual(periods);
  });

  it("has none without a step", () => {
    expect(seasonCandidates(Float64Array.of(5, 5, 5))).toEqual([]);
    expect(seasonCandidates(new Float64Array(0))).toEqual([]);
  });
});

it("fillGaps draws lines over gaps and holds the ends", () => {
  const NaN_ = Number.NaN;
  expect(fillGaps(Float64Array.of(NaN_, 2, NaN_, NaN_, 8, NaN_))).toEqual(Float64Array.of(2, 2, 4, 6, 8, 8));
  expect(fillGaps(Float64Array.of(NaN_))).toEqual(Float64Array.of(NaN_));
});
