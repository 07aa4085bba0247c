import { describe, expect, it } from "vitest";
import type { Forecast } from "../../../src/forecast/index.js";
import { ModelTally } from "../../../src/forecast/model-tally.js";
import { DECILES } from "../../../src/forecast/score-row.js";
import golden from "../../golden/backtest.golden.json" with { type: "json" };

const NAN = Number.NaN;
const all = (n: number, value: number) => new Float64Array(n).fill(value);

/** A forecast that says the same at every step. */
function forecastOf(n: number, mean: number, half80: number, half95: number, quantile = mean): Forecast {
  return {
    id: "s",
    mean: all(n, mean),
    lo: { 80: all(n, mean - half80), 95: all(n, mean - half95) },
    hi: { 80: all(n, mean + half80), 95: all(n, mean + half95) },
    quantiles: Object.fromEntries(DECILES.map((p) => [p, all(n, quantile)])),
    model: "m",
    weights: {},
    warnings: [],
  };
}

describe("ModelTally", () => {
  it("averages errors, coverage and widths by step, by hand", () => {
    const tally = new ModelTally(2, 3);
    // Errors 1, 4, missing in naive errors of 2; then 0, 3, 6 in naive errors of 1.
    tally.add(0, Float64Array.of(11, 14, NAN), forecastOf(3, 10, 2, 4), 2);
    tally.add(1, Float64Array.of(10, 13, 16), forecastOf(3, 10, 2, 4), 1);
    const steps = tally.steps();
    expect([...steps.n]).toEqual([2, 2, 1]);
    expect([...steps.mase]).toEqual([(0.5 + 0) / 2, (2 + 3) / 2, 6]);
    expect([...steps.coverage[80]]).toEqual([1, 0, 0]);
    // 14 lies on the bound of [6, 14]: inside.
    expect([...steps.coverage[95]]).toEqual([1, 1, 0]);
    expect([...steps.width[80]]).toEqual([(2 + 4) / 2, (2 + 4) / 2, 4]);
    expect([...steps.width[95]]).toEqual([(4 + 8) / 2, (4 + 8) / 2, 8]);
    // |errors| 1 + 4 + 0 + 3 + 6 over |actual| 11 + 14 + 10 + 13 + 16.
    expect(tally.pooled().wape).toBeCloseTo(14 / 64, 12);
  });

  it("counts coverage, but no error, where the history has no scale", () => {
    const tally = new ModelTally(1, 2);
    tally.add(0, Float64Array.of(0, 5), forecastOf(2, 0, 0, 0), 0);
    const steps = tally.steps();
    expect([...steps.n, ...steps.coverage[80]]).toEqual([1, 1, 1, 0]);
    expect([...steps.mase, ...steps.width[95]]).toEqual([NAN, NAN, NAN, NAN]);
  });

  it("says nothing of a step that was never seen", () => {
    const tally = new ModelTally(1, 2);
    tally.add(0, Float64Array.of(NAN, NAN), forecastOf(2, 0, 1, 1), 1);
    expect([...tally.steps().coverage[80]]).toEqual([NAN, NAN]);
    expect(tally.designEffect(80)).toBe(1);
    expect(tally.pooled()).toEqual({ wape: NAN, wql: NAN });
    expect(tally.reliability()[0].below).toBeNaN();
  });

  it("tells values below a quantile from values on it", () => {
    const tally = new ModelTally(1, 4);
    tally.add(0, Float64Array.of(0, 0, 1, NAN), forecastOf(4, 0.5, 1, 1, 0), 1);
    for (const share of tally.reliability()) {
      expect(share.below).toBe(0);
      expect(share.at_or_below).toBeCloseTo(2 / 3, 12);
      expect(share.se).toBeNaN();
    }
  });

  it("pools the quantile loss: 2 Σ pinball ÷ Σ |actual| averaged over deciles", () => {
    const tally = new ModelTally(1, 1);
    // 2·p·(4 − 3) over 4, averaged over nine deciles whose mean is 0.5.
    tally.add(0, Float64Array.of(4), forecastOf(1, 3, 1, 1), 1);
    expect(tally.pooled().wql).toBeCloseTo(0.25, 12);
  });

  it("agrees with statsmodels' clustered error and NumPy's design effect", () => {
    const { values, quantile, bound, below, se, designEffect } = golden.clusters;
    const tally = new ModelTally(values.length, 6);
    values.forEach((origins, i) => {
      for (const actual of origins) tally.add(i, Float64Array.from(actual), forecastOf(6, 0, bound, 9, quantile), 1);
    });
    const [share] = tally.reliability();
    expect(share.below).toBeCloseTo(below, 12);
    expect(share.se).toBeCloseTo(se, 12);
    expect(tally.designEffect(80)).toBeCloseTo(designEffect, 12);
    // All lie inside ±9: no variance, no effect.
    expect(tally.designEffect(95)).toBe(1);
  });
});
