import { describe, expect, it } from "vitest";
import { diagnose, type Finding, type ForecastCase } from "../../../src/forecast/diagnose.js";

const NAN = Number.NaN;
/** A day's pattern around a level, repeated. */
const days = (n: number, level: number, swing = 3) =>
  Float64Array.from(
    { length: 24 * n },
    (_, h) => level + swing * Math.sin((2 * Math.PI * h) / 24) + 0.3 * Math.sin(h * h),
  );
const constant = (n: number, value: number) => new Float64Array(n).fill(value);

/** A forecast that fits, changed as asked. */
const caseOf = (change: Partial<ForecastCase>): ForecastCase => {
  const actual = change.actual ?? days(1, 20);
  const forecast = change.forecast ?? actual.map((v, h) => v * (h % 2 ? 1.15 : 0.8));
  return {
    history: days(14, 20),
    actual,
    forecast,
    seasonalNaive: constant(actual.length, 99),
    seasons: [24],
    scale: 0.5,
    ...change,
  };
};
const found = (change: Partial<ForecastCase>) => diagnose(caseOf(change));
const kinds = (findings: readonly Finding[]) => findings.map(({ kind }) => kind);
const figuresOf = (findings: readonly Finding[], kind: string) => findings.find((f) => f.kind === kind)?.figures;

describe("diagnose", () => {
  it("finds nothing where nothing stands out", () => {
    expect(found({})).toEqual([]);
  });

  it("names missing values and a history with holes", () => {
    const actual = days(1, 20).fill(NAN, 0, 4);
    const history = days(14, 20).fill(NAN, 24 * 14 - 8, 24 * 14 - 1);
    expect(figuresOf(found({ actual }), "missing_values")).toEqual({ missing: 4, steps: 24 });
    expect(figuresOf(found({ history }), "missing_history")).toEqual({ missing: 7, steps: 48 });
    expect(kinds(found({ actual: days(1, 20).fill(NAN, 0, 2) }))).toEqual([]);
  });

  it("names a history of less than two seasons", () => {
    expect(figuresOf(found({ seasons: [24, 168], history: days(13, 20) }), "short_history")).toEqual({
      steps: 312,
      season: 168,
    });
  });

  it("names an idle spell that was not expected, and only then", () => {
    const actual = days(1, 20).fill(0, 10, 17);
    const findings = found({ actual, forecast: days(1, 20) });
    const idle = figuresOf(findings, "idle");
    expect(idle).toMatchObject({ steps: 7, of: 24 });
    expect(idle?.["expected"]).toBeCloseTo(
      days(1, 20)
        .subarray(10, 17)
        .reduce((a, b) => a + b) / 7,
      12,
    );
    expect(kinds(found({ actual, forecast: days(1, 20).fill(0, 10, 17) }))).not.toContain("idle");
    expect(kinds(found({ actual: days(1, 20).fill(0, 10, 14), forecast: days(1, 20) }))).not.toContain("idle");
  });

  it("names a series that wakes up after standing still", () => {
    const history = days(14, 20).fill(0, 24 * 14 - 30);
    expect(figuresOf(found({ history }), "woke_up")?.["steps"]).toBe(30);
    expect(kinds(found({ history, actual: constant(24, 0), forecast: constant(24, 0) }))).not.toContain("woke_up");
  });

  it("names a change of level larger than all before, and not a usual one", () => {
    const findings = found({ actual: days(1, 35), forecast: days(1, 20) });
    const shift = figuresOf(findings, "level_shift");
    expect(shift?.["before"]).toBeCloseTo(20, 0);
    expect(shift?.["after"]).toBeCloseTo(35, 0);
    expect(shift?.["changes"]).toBe(13);
    expect(shift?.["largest_before"]).toBeLessThan(1);
    const restless = Float64Array.from({ length: 24 * 14 }, (_, h) => 20 + 15 * (Math.floor(h / 24) % 2));
    expect(kinds(found({ history: restless, actual: constant(24, 33) }))).not.toContain("level_shift");
    expect(kinds(found({ history: days(3, 20), actual: days(1, 35) }))).not.toContain("level_shift");
  });

  it("names the step from which on every stretch lies outside what was seen before", () => {
    const actual = Float64Array.of(...days(2, 20), ...days(2, 5, 1));
    const findings = found({ actual, forecast: days(4, 20) });
    expect(figuresOf(findings, "left_range")).toMatchObject({ from: 49, width: 24, above: 0, stretches: 8 });
    const back = Float64Array.of(...days(2, 5, 1), ...days(2, 20));
    expect(kinds(found({ actual: back, forecast: days(4, 20) }))).not.toContain("left_range");
  });

  it("names new peaks and lows beyond one naive error", () => {
    const actual = days(1, 20);
    actual[5] = 60;
    actual[6] = 2;
    const history = days(14, 20);
    expect(figuresOf(found({ actual }), "new_peak")).toEqual({ peak: 60, before: Math.max(...history) });
    expect(figuresOf(found({ actual }), "new_low")).toEqual({ low: 2, before: Math.min(...history) });
    const close = days(1, 20);
    close[5] = Math.max(...history) + 0.4;
    expect(kinds(found({ actual: close }))).toEqual([]);
  });

  it("names a forecast on one side, and bursts that hold the error", () => {
    const actual = days(1, 20);
    expect(figuresOf(found({ forecast: actual.map((v) => 0.7 * v) }), "one_sided")).toEqual({ share: 1, above: 1 });
    expect(figuresOf(found({ forecast: actual.map((v) => 1.5 * v) }), "one_sided")).toEqual({ share: 1, above: 0 });
    const forecast = actual.map((v, h) => (h === 3 ? v + 200 : v + (h % 2 ? 2.1 : -2.1)));
    const burst = figuresOf(found({ forecast }), "bursts");
    expect(burst?.["steps"]).toBe(3);
    expect(burst?.["share"]).toBeCloseTo((200 + 2 * 2.1) / (200 + 23 * 2.1), 6);
  });

  it("names an error that is small against the level, and a better seasonal naive", () => {
    const actual = days(1, 20);
    const forecast = actual.map((v, h) => v + (h % 2 ? 1 : -1));
    const small = figuresOf(found({ forecast }), "small_error");
    expect(small?.["relative"]).toBeCloseTo(1 / 20, 2);
    expect(small?.["naive"]).toBeCloseTo(0.5 / 20, 3);
    expect(figuresOf(found({ forecast, seasonalNaive: actual }), "naive_better")).toEqual({
      mase: expect.closeTo(2, 10),
      seasonal_naive: 0,
    });
  });

  it("copes with the shortest, constant and empty cases", () => {
    const tiny = { history: Float64Array.of(1, 1, 1), forecast: Float64Array.of(1), seasonalNaive: Float64Array.of(1) };
    expect(diagnose({ ...tiny, actual: Float64Array.of(1), seasons: [], scale: 1 }).map((f) => f.kind)).toEqual([
      "small_error",
    ]);
    expect(diagnose({ ...tiny, actual: Float64Array.of(NAN), seasons: [], scale: 1 }).map((f) => f.kind)).toEqual([
      "missing_values",
    ]);
  });
});
