import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MAX_SWEEP_POINTS, roundThreshold, sweepValues } from "../../../../src/backtest/sweep/sweep-values.js";

interface Golden {
  sweeps: { low: number; high: number; step: number; values: number[] }[];
  rounded: { x: number; rounded: number }[];
}

const golden: Golden = JSON.parse(
  readFileSync(new URL("../../../golden/backtest-sweep.golden.json", import.meta.url), "utf8"),
);
const values = (low: number, high: number, step: number) =>
  Array.from(sweepValues({ trigger: "t", condition: "c", low, high, step }));

describe("sweepValues", () => {
  it("is what Python's round and decimal arithmetic give", () => {
    expect(golden.sweeps.length).toBeGreaterThan(70);
    for (const { low, high, step, values: expected } of golden.sweeps) {
      expect(values(low, high, step), `${low}:${high}:${step}`).toEqual(expected);
    }
  });

  it("rounds as Python does, ties to the even digit", () => {
    for (const { x, rounded } of golden.rounded) expect(roundThreshold(x), String(x)).toBe(rounded);
    expect(roundThreshold(1 / 8192)).toBe(0.000122070312);
    expect(Object.is(roundThreshold(-1e-14), 0)).toBe(true);
  });

  it("takes the last point only where a step comes to it", () => {
    expect(values(-0.4, -0.1, 0.05)).toEqual([-0.4, -0.35, -0.3, -0.25, -0.2, -0.15, -0.1]);
    expect(values(0, 1, 0.4)).toEqual([0, 0.4, 0.8]);
    expect(values(0.3, 0.3, 1)).toEqual([0.3]);
  });

  it("refuses what cannot be swept", () => {
    expect(() => values(0, 1, 0)).toThrow(/step must be above 0/);
    expect(() => values(1, 0, -0.1)).toThrow(/step must be above 0/);
    expect(() => values(1, 0, 0.1)).toThrow(/lo must not be above hi/);
    expect(() => values(0, Number.POSITIVE_INFINITY, 1)).toThrow(/finite/);
    expect(() => values(0, 1, 1e-5)).toThrow(/100001 thresholds, at most 10000/);
    expect(() => values(0, 5e-13, 1e-13)).toThrow(/same when rounded/);
    expect(values(1, MAX_SWEEP_POINTS, 1)).toHaveLength(MAX_SWEEP_POINTS);
  });
});
