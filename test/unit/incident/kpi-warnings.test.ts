import { describe, expect, it } from "vitest";
import { firstBad, type Kpi, kpiWarnings } from "../../../src/incident/index.js";

const N = 40;

/** A KPI by row; the mean rises at row 30. */
const kpi = (value: (i: number) => number, requests?: (i: number) => number): Kpi => ({
  times: Float64Array.from({ length: N }, (_, i) => i * 300_000),
  values: Float64Array.from({ length: N }, (_, i) => value(i)),
  ...(requests ? { requests: Float64Array.from({ length: N }, (_, i) => requests(i)) } : {}),
});
const rise = (i: number): number => (i >= 30 ? 0.5 : 0.1) + (i % 3) / 100;

describe("kpiWarnings", () => {
  it.each([
    ["missing values alone", kpi(() => Number.NaN), /^rows of the KPI with a value: 0; .* fewer than 12$/],
    ["eleven rows", kpi((i) => (i < 29 ? Number.NaN : rise(i))), /with a value: 11;/],
    ["requests in few rows", kpi(rise, (i) => (i < 35 ? 0 : 100)), /with a value and requests: 5;/],
    ["a constant", kpi(() => 7), /^the KPI is constant, 7:/],
  ])("says that nothing can be found in %s", (_what, given, words) => {
    expect(kpiWarnings(given)).toEqual([expect.stringMatching(words)]);
    expect(firstBad(given)).toBeNull();
  });

  it("says nothing of a KPI that can be judged", () => {
    expect(kpiWarnings(kpi(rise))).toEqual([]);
    expect(kpiWarnings(kpi(rise, () => 1000))).toEqual([]);
  });
});
