import { describe, expect, it } from "vitest";
import {
  countShift,
  NOISES,
  noise,
  type Simulated,
  shifts,
  slopeShift,
  spreadShift,
} from "../../../fixtures/changepoint-series.js";
import { detect } from "../../../src/changepoint/index.js";

// Smaller samples than bench/changepoint.ts takes; limits leave the room that their size asks for.
const SERIES = 60;
const seeds = Array.from({ length: SERIES }, (_, i) => 500 + i);
const share = (hits: (seed: number) => boolean): number => seeds.filter(hits).length / SERIES;
const near = (found: number[], truth: number, margin: number): boolean =>
  found.some((index) => Math.abs(index - truth) <= margin);
const indices = (y: Float64Array): number[] => detect(y).changes.map((change) => change.index);

describe.each(NOISES)("600 points of %s", (family) => {
  it("stay silent without a change", () => {
    expect(share((seed) => detect(noise(family, 600, seed)).changes.length > 0)).toBeLessThanOrEqual(0.05);
  });

  it("show two shifts, and hardly anything else", () => {
    const size = family.startsWith("AR") ? 4 : 2.5;
    let hits = 0;
    let reported = 0;
    for (const seed of seeds) {
      const { y, changes } = shifts(family, 600, seed, size);
      const found = indices(y);
      hits += changes.filter((change) => near(found, change, 5)).length;
      reported += found.length;
    }
    expect(hits / (2 * SERIES)).toBeGreaterThanOrEqual(0.95);
    expect(hits / reported).toBeGreaterThanOrEqual(0.9);
  });
});

describe("other changes are found", () => {
  it.each<[string, (n: number, seed: number) => Simulated, number, number, number]>([
    ["a doubled or halved Poisson rate", countShift, 600, 10, 0.9],
    ["a tripled standard deviation", spreadShift, 600, 20, 0.9],
    ["a slope changed by 0.05 standard deviations a point", slopeShift, 600, 20, 0.85],
    ["the same in half the points", slopeShift, 300, 20, 0.85],
  ])("%s", (_, make, n, margin, least) => {
    const found = share((seed) => {
      const { y, changes } = make(n, seed);
      return near(indices(y), changes[0], margin);
    });
    expect(found).toBeGreaterThanOrEqual(least);
  });
});

describe("location intervals hold what they say", () => {
  it.each(["iid normal", "AR(0.5)", "t3", "season of 24"] as const)("under %s", (family) => {
    let found = 0;
    let held = 0;
    for (const size of [2, 2.5]) {
      for (const seed of seeds) {
        const { y, changes } = shifts(family, 400, seed, size, 1);
        const nearest = detect(y).changes.sort(
          (a, b) => Math.abs(a.index - changes[0]) - Math.abs(b.index - changes[0]),
        )[0];
        if (!nearest) continue;
        found++;
        if (nearest.ciLow <= changes[0] && changes[0] <= nearest.ciHigh) held++;
      }
    }
    expect(found).toBeGreaterThan(100);
    expect(held / found).toBeGreaterThanOrEqual(0.9);
  });

  it("are wider for a higher level", () => {
    const { y } = shifts("iid normal", 400, 77, 1.5, 1);
    const width = (level: number): number => {
      const [change] = detect(y, { level }).changes;
      return change.ciHigh - change.ciLow;
    };
    expect(width(0.99)).toBeGreaterThan(width(0.5));
  });
});

describe("p-values and probabilities without a change", () => {
  it.each(["iid normal", "AR(0.5)", "t3"] as const)("are no evidence under %s", (family) => {
    const least = seeds.map((seed) => {
      const { changes } = detect(noise(family, 600, seed), { model: "mean", penalty: 0, minSize: 150 });
      return { p: Math.min(...changes.map((c) => c.pValue)), sure: Math.max(...changes.map((c) => c.probability)) };
    });
    expect(least.filter(({ p }) => p < 0.05).length / SERIES).toBeLessThanOrEqual(0.05);
    expect(least.filter(({ sure }) => sure > 0.95).length / SERIES).toBeLessThanOrEqual(0.05);
  });
});
