import { describe, expect, it } from "vitest";
import { estimate, quantileNotExceeded, shareAbove } from "../../../src/capacity/estimate.js";
import { fluidWait } from "../../../src/capacity/fluid-wait.js";
import { hourlyBands } from "../../../src/capacity/hourly-bands.js";
import { nodesFor, nodesNeeded } from "../../../src/capacity/nodes-for.js";
import { orderAt, orderWork } from "../../../src/capacity/order-statistics.js";
import { roundMoneyParts, roundTo } from "../../../src/capacity/rounding.js";
import { peakProbabilities, weeklyPaths } from "../../../src/capacity/weekly-paths.js";
import { createRandom, quantile } from "../../../src/core/index.js";

const weeks = [
  { from: 0, to: 2, label: "a", partial: true },
  { from: 2, to: 5, label: "b", partial: true },
];

describe("path figures", () => {
  it("sums and peaks by week and path", () => {
    const data = Float64Array.from([1, 2, 3, 4, 5, 9, 0, 0, 0, 1]);
    const { sums, peaks, total, peak } = weeklyPaths(data, 2, 5, weeks);
    expect(sums.map((s) => [...s])).toEqual([
      [3, 9],
      [12, 1],
    ]);
    expect(peaks.map((p) => [...p])).toEqual([
      [2, 9],
      [5, 1],
    ]);
    expect([...total]).toEqual([15, 10]);
    expect([...peak]).toEqual([5, 9]);
  });

  it("splits ties for the peak week evenly and sums to 1", () => {
    const sums = [Float64Array.of(1, 2, 0), Float64Array.of(1, 1, 0), Float64Array.of(0, 2, 0)];
    const p = peakProbabilities(sums);
    expect(p[0]).toBeCloseTo((0.5 + 0.5 + 1 / 3) / 3, 15);
    expect(p.reduce((a, b) => a + b)).toBeCloseTo(1, 15);
  });

  it("gives the same bands as sorting each hour", () => {
    const random = createRandom(1);
    const [n, horizon] = [37, 19];
    const data = Float64Array.from({ length: n * horizon }, () => random.uniform());
    const bands = hourlyBands(data, n, horizon, [80, 95]);
    for (const h of [0, 7, 8, 18]) {
      const column = Array.from({ length: n }, (_, path) => data[path * horizon + h]);
      expect(bands["hi_95"][h]).toBe(quantile(column, 0.975));
      expect(bands["lo_80"][h]).toBe(quantile(column, (1 - 0.8) / 2));
      expect(bands["median"][h]).toBe(quantile(column, 0.5));
      expect(bands["mean"][h]).toBeCloseTo(column.reduce((a, b) => a + b) / n, 12);
    }
  });

  it("finds order statistics as a sort does, with ties, outliers and constant values", () => {
    const random = createRandom(2);
    const kinds: ((i: number) => number)[] = [
      () => random.uniform(),
      () => Math.floor(3 * random.uniform()),
      (i) => (i === 5 ? 1e12 : random.normal()),
      () => 7,
    ];
    for (const kind of kinds) {
      const values = Float64Array.from({ length: 301 }, (_, i) => kind(i));
      const sorted = values.slice().sort();
      const ranks = [0, 1, 7, 150, 151, 299, 300];
      const ordered = orderAt(values, ranks, orderWork(301));
      expect(ranks.map((rank) => ordered[rank])).toEqual(ranks.map((rank) => sorted[rank]));
    }
  });

  it("estimates from the path values without changing them", () => {
    const values = Float64Array.of(3, 1, 2);
    expect(estimate(values, [50])).toEqual({ mean: 2, median: 2, lo_50: 1.5, hi_50: 2.5 });
    expect([...values]).toEqual([3, 1, 2]);
    expect(estimate(Float64Array.of(1.005), [80], (v) => roundTo(v, 2)).mean).toBe(1.01);
  });

  it("promises nodes by the empirical distribution: P(peak ≤ nodes) ≥ level", () => {
    const sorted = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect(quantileNotExceeded(sorted, 0.5)).toBe(5);
    expect(quantileNotExceeded(sorted, 0.95)).toBe(10);
    expect(quantileNotExceeded(sorted, 0)).toBe(1);
    expect(shareAbove(Float64Array.from(sorted), 8)).toBe(0.2);
    expect(shareAbove(new Float64Array(0), 8)).toBe(0);
  });

  it("rounds nodes up, but not for the noise of a sum", () => {
    expect(nodesFor(16, 8)).toBe(2);
    expect(nodesFor(16 + 1e-12, 8)).toBe(2);
    expect(nodesFor(16.1, 8)).toBe(3);
    expect(nodesFor(0, 8)).toBe(0);
    expect(nodesNeeded(Float64Array.of(8, 9, 24, 40), 8, [80, 95])).toEqual([
      { level: 50, nodes: 2 },
      { level: 80, nodes: 5 },
      { level: 95, nodes: 5 },
    ]);
  });

  it("lets backlog pile up and drain in the fluid approximation", () => {
    // 10 GPUs; 20 asked in the first hour: 10 GPU-hours wait, drained at 5 an hour.
    const wait = fluidWait(Float64Array.of(20, 5, 5, 5), 4, 10, 10);
    expect([...wait.shortHours]).toEqual([1]);
    expect(wait.medianMinutes).toBe(60);
    expect(wait.p95Minutes).toBe(60);
    expect(fluidWait(Float64Array.of(20, 5, 5, 5), 4, 20, 20)).toMatchObject({ medianMinutes: 0, p95Minutes: 0 });
    expect(fluidWait(new Float64Array(4), 4, 1, 1)).toMatchObject({ medianMinutes: 0, p95Minutes: 0 });
  });
});

describe("rounding", () => {
  it("rounds half away from zero on the decimal text", () => {
    expect(roundTo(1.005, 2)).toBe(1.01);
    expect(roundTo(-1.005, 2)).toBe(-1.01);
    expect(roundTo(-0.001, 2)).toBe(0);
    expect(roundTo(1e-9, 2)).toBe(0);
    expect(roundTo(1e21, 2)).toBe(1e21);
    expect(Number.isNaN(roundTo(Number.NaN, 2))).toBe(true);
  });

  it("keeps the sum of parts of money", () => {
    expect(roundMoneyParts([1 / 3, 1 / 3, 1 / 3])).toEqual([0.34, 0.33, 0.33]);
    expect(roundMoneyParts([])).toEqual([]);
  });
});
