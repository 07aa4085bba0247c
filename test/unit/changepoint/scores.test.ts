import { describe, expect, it } from "vitest";
import { coverScore, f1Score } from "../../../src/changepoint/index.js";

describe("f1Score", () => {
  const annotations = { 1: [], 2: [10], 3: [50] };

  it("has the values that the benchmark's own examples give", () => {
    expect(f1Score(annotations, [10])).toBeCloseTo(1 / 1.1, 12);
    expect(f1Score(annotations, [])).toBeCloseTo(0.8, 12);
  });

  it("gives one truth to one prediction only, and counts within the margin, end included", () => {
    expect(f1Score({ a: [20] }, [18, 22])).toBeCloseTo((2 * (2 / 3)) / (2 / 3 + 1), 12);
    expect(f1Score({ a: [20] }, [25])).toBe(1);
    expect(f1Score({ a: [20] }, [26])).toBe(0.5);
    expect(f1Score({ a: [20] }, [26], 6)).toBe(1);
  });

  it("pairs the nearest first: the prediction at 14 belongs to 15, not to 10", () => {
    expect(f1Score({ a: [10, 15] }, [14, 19])).toBeCloseTo((2 * (2 / 3) * (2 / 3)) / (4 / 3), 12);
  });

  it("has index 0 in every set, given or not", () => {
    expect(f1Score({ a: [0, 10] }, [0, 10])).toBe(1);
    expect(f1Score({ a: [10] }, [10, 0, 10])).toBe(1);
  });
});

describe("coverScore", () => {
  it("has the value that the benchmark's own example gives", () => {
    expect(coverScore({ 1: [10, 20], 2: [10], 3: [0, 5] }, [10, 20], 45)).toBeCloseTo(0.7962962962962963, 12);
  });

  it("is 1 for the truth and the share of the longest overlap for none", () => {
    expect(coverScore({ a: [4] }, [4], 10)).toBe(1);
    expect(coverScore({ a: [4] }, [], 10)).toBeCloseTo(0.4 * 0.4 + 0.6 * 0.6, 12);
  });
});
