import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import {
  coverage,
  crps,
  mase,
  msis,
  naiveScale,
  owa,
  pinball,
  rmsse,
  smape,
  wql,
} from "../../../src/forecast/metrics.js";
import golden from "../../golden/forecast.golden.json" with { type: "json" };

describe("smape", () => {
  it("is the mean of 200|a − f| ÷ (|a| + |f|)", () => {
    // 200·2/(8+10) = 22.2222, 200·5/(15+10) = 40
    expect(smape([10, 10], [8, 15])).toBeCloseTo((400 / 18 + 40) / 2, 12);
    expect(smape([-4], [4])).toBe(200);
    expect(smape([5], [0])).toBe(200);
  });

  it("counts 0 against 0 as no error, and leaves missing steps out", () => {
    expect(smape([0, 10], [0, 8])).toBeCloseTo(200 / 18, 12);
    expect(smape([Number.NaN, 10], [99, 8])).toBeCloseTo(400 / 18, 12);
    expect(smape([Number.NaN], [1])).toBeNaN();
  });
});

describe("mase, rmsse and their scale", () => {
  const history = [1, 3, 2, 6]; // |Δ| = 2, 1, 4; at season 2: 1, 3

  it("divide by the naive errors inside the history", () => {
    expect(naiveScale(history, 1)).toBeCloseTo(7 / 3, 12);
    expect(naiveScale(history, 2)).toBe(2);
    expect(mase([7, 5], [6, 8], history, 1)).toBeCloseTo(2 / (7 / 3), 12);
    expect(mase([7, 5], [6, 8], history, 2)).toBe(1);
    // (1 + 9)/2 over (4 + 1 + 16)/3
    expect(rmsse([7, 5], [6, 8], history, 1)).toBeCloseTo(Math.sqrt(5 / 7), 12);
  });

  it("leave missing values out, and are NaN without a naive error", () => {
    expect(naiveScale([1, Number.NaN, 2, 6], 1)).toBe(4);
    expect(naiveScale([1, 2], 2)).toBeNaN();
    expect(mase([1], [1], [], 1)).toBeNaN();
    expect(mase([1], [2], [4, 4, 4], 1)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("owa", () => {
  it("is 1 for Naive2 itself, and the mean of the two ratios", () => {
    expect(owa(18.2245, 2.4317, { smape: 18.2245, mase: 2.4317 })).toBe(1);
    expect(owa(5, 3, { smape: 10, mase: 2 })).toBe(1);
    expect(owa(5, 1, { smape: 10, mase: 2 })).toBe(0.5);
  });
});

describe("intervals", () => {
  it("msis adds 2/α times the miss to the width, over the naive scale", () => {
    const history = [0, 2, 4]; // scale 2
    expect(msis([5], [4], [8], history, 1)).toBe(2); // inside: the width alone
    expect(msis([3], [4], [8], history, 1)).toBeCloseTo((4 + 40) / 2, 10);
    expect(msis([9], [4], [8], history, 1)).toBeCloseTo((4 + 40) / 2, 10);
    expect(msis([9], [4], [8], history, 1, 80)).toBeCloseTo((4 + 10) / 2, 10);
  });

  it("coverage counts the bounds as inside and leaves missing steps out", () => {
    expect(coverage([1, 2, 3, 4], [1, 0, 4, 0], [5, 2, 9, 3])).toBe(0.5);
    expect(coverage([Number.NaN, 2], [0, 0], [0, 3])).toBe(1);
  });
});

describe("quantile scores", () => {
  it("pinball weighs misses by the probability", () => {
    expect(pinball(10, 8, 0.9)).toBeCloseTo(1.8, 12);
    expect(pinball(8, 10, 0.9)).toBeCloseTo(0.2, 12);
    expect(pinball(3, 3, 0.1)).toBe(0);
  });

  it("wql is 2 Σ pinball ÷ Σ |actual|, averaged over probabilities", () => {
    const forecasts = new Map([
      [0.5, [8, 12]],
      [0.9, [14, 9]],
    ]);
    // p = 0.5: (1 + 1)·2/20 = 0.2; p = 0.9: (0.4 + 0.9)·2/20 = 0.13
    expect(wql([10, 10], forecasts)).toBeCloseTo(0.165, 12);
    expect(wql([10, Number.NaN], new Map([[0.5, [8, 0]]]))).toBeCloseTo(0.2, 12);
  });

  it("crps of one value is the absolute error, and matches the double sum of NumPy with ties", () => {
    expect(crps(3, [5])).toBe(2);
    expect(crps(5, [5, 5, 5])).toBe(0);
    expect(crps(0, [-1, 1])).toBe(0.5);
    expect(crps(golden.crps.actual, golden.crps.sample)).toBeCloseTo(golden.crps.crps, 12);
  });
});

it("arrays of two lengths are refused", () => {
  expect(() => smape([1, 2], [1])).toThrow(InputError);
  expect(() => coverage([1], [1, 2], [1])).toThrow(/one length, got 1 and 2/);
  expect(() => wql([1], new Map([[0.5, []]]))).toThrow(InputError);
});
