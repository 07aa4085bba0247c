import { describe, expect, it } from "vitest";
import { costOf, type FpopLoss, fpop, meanCost, pelt, poissonCost } from "../../../src/changepoint/index.js";
import type { Random } from "../../../src/core/index.js";
import {
  draws,
  objective,
  optimalPartition,
  randomCounts,
  randomPenalty,
  randomSeries,
  withGaps,
} from "./optimal-partition.js";
import { noiseOf, robust } from "./robust-loss.js";

function squares(x: readonly number[]): number {
  const mean = x.reduce((sum, value) => sum + (value - x[0]), 0) / x.length;
  return x.reduce((sum, value) => sum + (value - x[0] - mean) ** 2, 0);
}

function deviance(x: readonly number[]): number {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  return 2 * x.reduce((sum, value) => sum + (value > 0 ? value * Math.log(value / mean) : 0) - value + mean, 0);
}

type Cost = (x: readonly number[]) => number;
const LOSSES: Record<
  FpopLoss,
  { longest: number; series: (r: Random, n: number) => Float64Array; cost: (y: number[]) => Cost }
> = {
  l2: { longest: 60, series: randomSeries, cost: () => squares },
  poisson: { longest: 60, series: randomCounts, cost: () => deviance },
  huber: { longest: 25, series: randomSeries, cost: (y) => (x) => robust(x, 1.345 * noiseOf(y), true) },
  biweight: { longest: 25, series: randomSeries, cost: (y) => (x) => robust(x, 3 * noiseOf(y), false) },
};

describe("fpop", () => {
  it.each(Object.keys(LOSSES) as FpopLoss[])("%s: is as good as the best of all segmentations", (loss) => {
    const { longest, series, cost } = LOSSES[loss];
    for (const random of draws(500, 17)) {
      const y = series(random, longest);
      const penalty = loss === "poisson" ? 40 * random.uniform() ** 2 : randomPenalty(random, y);
      const of = cost(Array.from(y));
      const between = (start: number, end: number): number => of(Array.from(y.subarray(start, end)));
      const changes = fpop(y, penalty, loss);
      if (y.length === 0) expect(changes).toHaveLength(0);
      else {
        const best = optimalPartition(between, y.length, penalty, 1);
        const scale = Math.max(1e-6 * penalty, Math.abs(best));
        expect(Math.abs(objective(between, y.length, penalty, changes) - best)).toBeLessThanOrEqual(1e-9 * scale);
      }
    }
  });

  it("is as good as pelt in long series: levels, ramps where every start stays possible, counts", () => {
    const [random] = draws(1, 8);
    const noise = Float64Array.from({ length: 2000 }, () => random.normal());
    const levels = noise.map((value, i) => value + (i % 700 < 350 ? 0 : 1));
    const counts = Float64Array.from({ length: 1000 }, (_, i) => random.poisson(i < 600 ? 4 : 6));
    const cases: [Float64Array, number, "l2" | "poisson"][] = [
      ...[noise, levels, noise.map((value, i) => value + i / 20)].map(
        (y) => [y, 15, "l2"] as [Float64Array, number, "l2"],
      ),
      [noise.map((_, i) => i), 1e5, "l2"],
      [counts, 10, "poisson"],
      [counts.map((_, i) => i), 1000, "poisson"],
    ];
    for (const [y, penalty, loss] of cases) {
      const cost = loss === "l2" ? meanCost(y) : poissonCost(y);
      const [ours, theirs] = [fpop(y, penalty, loss), pelt(cost, y.length, penalty)].map(
        (changes) => costOf(cost, y.length, changes) + penalty * changes.length,
      );
      expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(1e-9 * theirs);
    }
  });

  it("skips missing values: the change stands at the first observation after the gap", () => {
    for (const random of draws(100, 3)) {
      const y = withGaps(random, randomSeries(random, 60), 0.3);
      const kept = Array.from(y.keys()).filter((i) => !Number.isNaN(y[i]));
      const penalty = randomPenalty(random, y);
      const dense = fpop(
        Float64Array.from(kept, (i) => y[i]),
        penalty,
      );
      expect(Array.from(fpop(y, penalty))).toEqual(Array.from(dense, (i) => kept[i]));
    }
  });

  it("finds nothing in nothing, in one value, in constants and in missing values", () => {
    for (const loss of ["l2", "huber", "biweight", "poisson"] as const) {
      for (const y of [[], [3], [3, 3], [Number.NaN], [Number.NaN, 2, Number.NaN], new Array(50).fill(7)]) {
        expect(fpop(Float64Array.from(y), 0.1, loss)).toHaveLength(0);
      }
    }
  });

  it("splits everything that differs at no penalty", () => {
    expect(Array.from(fpop(Float64Array.of(1, 2, 4), 0))).toEqual([1, 2]);
    expect(fpop(Float64Array.of(1, 2, 4), Number.POSITIVE_INFINITY)).toHaveLength(0);
  });

  it("finds the change of the Nile in 1899", async () => {
    const { NILE } = await import("../../../fixtures/nile.js");
    expect(Array.from(fpop(NILE, 2 * 125 ** 2 * Math.log(100)))).toEqual([28]);
  });

  it("does not lose precision at a high level", () => {
    for (const random of draws(50, 5)) {
      const y = Float64Array.from(
        { length: 300 },
        (_, i) => (i < 150 ? 0 : 3) + Math.round(256 * random.normal()) / 256,
      );
      expect(
        fpop(
          y.map((value) => value + 2 ** 30),
          12,
        ),
      ).toEqual(fpop(y, 12));
    }
  });

  it("keeps its changes beside a sentinel value", () => {
    const [random] = draws(1, 6);
    const y = Float64Array.from({ length: 400 }, (_, i) => (i < 200 ? 0 : 5) + random.normal());
    y[50] = 1e12;
    expect(Array.from(fpop(y, 20))).toEqual([50, 51, ...Array.from(fpop(y.slice(51), 20), (i) => i + 51)]);
  });

  it("says what is wrong with its input", () => {
    const y = Float64Array.of(1, 2, 3);
    expect(() => fpop(y, -1)).toThrow("a penalty must be at least 0, got -1");
    expect(() => fpop(y, Number.NaN)).toThrow("a penalty must be at least 0");
    expect(() => fpop(Float64Array.of(1, Number.POSITIVE_INFINITY), 1)).toThrow("value at index 1 is Infinity");
    expect(() => fpop(Float64Array.of(1, -1), 1, "poisson")).toThrow("count at index 1 is -1");
    expect(() => fpop(y, 1, "l1" as "l2")).toThrow("unknown loss l1");
  });
});
