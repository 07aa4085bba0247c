import { describe, expect, it } from "vitest";
import { type Finding, judge } from "../../../src/drift/verdict.js";

const RULE = { alpha: 0.05, minN: 30 };

const finding = (value: number, lower: number, upper: number, more: Partial<Finding> = {}): Finding => ({
  test: "ks",
  p: 0.01,
  effect: { name: "ks_d", value, lower, upper, threshold: 0.05 },
  n: 1000,
  rowsNeeded: 3371,
  ...more,
});

const told = (f: Finding, p: number | null) => {
  const { verdict, reason, n_needed } = judge(f, p, RULE);
  return [verdict, reason, n_needed];
};

describe("judge", () => {
  it("calls drift what is significant and at least the threshold, both limits included", () => {
    expect(told(finding(0.05, 0.02, 0.09), 0.05)).toEqual(["drift", "", null]);
    expect(told(finding(0.05, 0.02, 0.09), 0.0501)).toEqual(["inconclusive", "wide_interval", 3371]);
    expect(told(finding(0.0499, 0.02, 0.09), 0.05)).toEqual(["stable", "negligible", null]);
  });

  it("calls stable what has its interval below the threshold", () => {
    expect(told(finding(0.02, 0, 0.0499), 0.4)).toEqual(["stable", "", null]);
    expect(told(finding(0.02, 0, 0.05), 0.4)).toEqual(["inconclusive", "wide_interval", 3371]);
    expect(told(finding(0.02, 0.01, 0.03), 1e-9)).toEqual(["stable", "negligible", null]);
  });

  it("looks at both ends of a signed difference", () => {
    expect(told(finding(-0.2, -0.3, -0.1), 0.001)).toEqual(["drift", "", null]);
    expect(told(finding(-0.01, -0.06, 0.03), 0.5)).toEqual(["inconclusive", "wide_interval", 3371]);
    expect(told(finding(-0.01, -0.04, 0.02), 0.5)).toEqual(["stable", "", null]);
  });

  it("says nothing of few rows, of no values and of levels that nobody counted", () => {
    expect(told(finding(0.9, 0.5, 1, { n: 29 }), 1e-6)).toEqual(["inconclusive", "few_rows", 3371]);
    expect(told(finding(0.9, 0.5, 1, { n: 29, rowsNeeded: 2 }), 1e-6)).toEqual(["inconclusive", "few_rows", 30]);
    expect(told(finding(0.9, 0.5, 1, { n: 0, rowsNeeded: null }), null)).toEqual(["inconclusive", "no_values", null]);
    expect(told(finding(0.9, 0.5, 1, { p: null }), null)).toEqual(["inconclusive", "too_many_levels", 3371]);
  });
});
