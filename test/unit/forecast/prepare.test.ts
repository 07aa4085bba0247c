import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { fillSeasonally, type PrepareOptions, prepareSeries } from "../../../src/forecast/prepare.js";

const missing = Number.NaN;
const prepare = (y: ArrayLike<number>, options: Partial<PrepareOptions> = {}) =>
  prepareSeries({ id: "q", y: Float64Array.from(y) }, { season: [], nonNegative: "auto", maxGap: 24, ...options });
const wave = (n: number): number[] => Array.from({ length: n }, (_, i) => 10 + (i % 24));

describe("prepareSeries", () => {
  it("leaves a whole series alone", () => {
    const { y, observed, seasons, nonNegative, warnings } = prepare(wave(96), { season: [24] });
    expect([...y]).toEqual(wave(96));
    expect(observed.every((v) => v === 1)).toBe(true);
    expect([seasons, nonNegative, warnings]).toEqual([[24], true, []]);
  });

  it("drops what lies before the first value, and a season of which two cycles are not there", () => {
    const { y, seasons, warnings } = prepare([missing, missing, ...wave(47)], { season: [24, 24, 12, 1] });
    expect(y.length).toBe(47);
    expect(seasons).toEqual([12]);
    expect(warnings.join()).toContain("season 24");
    expect(prepare(wave(48), { season: [24] }).seasons).toEqual([24]);
  });

  it("fills a hole with the neighbouring days and marks it as not observed", () => {
    const y = wave(96);
    for (const t of [30, 31, 32]) y[t] = missing;
    const prepared = prepare(y, { season: [24] });
    expect([...prepared.y]).toEqual(wave(96));
    expect([...prepared.observed.subarray(29, 34)]).toEqual([1, 0, 0, 0, 1]);
    expect(prepared.warnings).toEqual(["3 missing steps are interpolated"]);
  });

  it("leaves out the history before a long hole when what follows suffices, the latest such hole", () => {
    const y = wave(400);
    y.fill(missing, 40, 70);
    y.fill(missing, 150, 180);
    const { y: kept, warnings } = prepare(y, { season: [24] });
    expect(kept.length).toBe(220);
    expect(warnings[0]).toBe("180 steps before a hole of more than 24 steps are left out");
    // The last hole leaves too little after it, so the cut is made at the one before.
    y.fill(missing, 330, 360);
    expect(prepare(y, { season: [24] }).y.length).toBe(220);
    expect(prepare(y, { season: [24], maxGap: 30 }).y.length).toBe(400);
  });

  it("keeps the history before a long hole when what follows is too short", () => {
    const y = wave(100);
    y.fill(missing, 40, 70);
    expect(prepare(y, { season: [24] }).y.length).toBe(100);
  });

  it("holds a hole at the end by the pattern and the last level", () => {
    const y = wave(96);
    y.fill(missing, 90);
    expect([...prepare(y, { season: [24] }).y]).toEqual(wave(96));
    expect([...prepare([1, 2, 3, missing, missing]).y]).toEqual([1, 2, 3, 3, 3]);
  });

  it("never fills below zero when nothing observed lies below", () => {
    // Around the hole the level drops far below the pattern of the days beside it.
    const y: number[] = Array.from({ length: 96 }, (_, i) => (i % 24 === 12 ? 0 : 100));
    y.fill(0, 30, 48);
    y.fill(missing, 34, 40);
    const { y: filled, nonNegative } = prepare(y, { season: [24] });
    expect(Math.min(...filled)).toBe(0);
    expect(nonNegative).toBe(true);
    expect(prepare([-1, 2, missing, 4]).nonNegative).toBe(false);
    expect(prepare([1, 2, 3], { nonNegative: false }).nonNegative).toBe(false);
  });

  it("takes one value and says so", () => {
    const { y, warnings } = prepare([missing, 7]);
    expect([...y]).toEqual([7]);
    expect(warnings.join()).toContain("only 1 steps of history");
  });

  it("refuses infinite values and series without any, naming the series", () => {
    expect(() => prepare([1, Number.POSITIVE_INFINITY])).toThrow('series "q" step 1: value is infinite');
    expect(() => prepare([1, 2, Number.NEGATIVE_INFINITY])).toThrow(InputError);
    expect(() => prepare([missing, missing])).toThrow('series "q" has no value');
    expect(() => prepare([])).toThrow('series "q" has no value');
  });

  it("refuses values too large to compute with; traces of values are zeros, constants stay", () => {
    expect(() => prepare([1, -2e100])).toThrow('series "q" step 1: value -2e+100 lies beyond ±1e+100');
    expect([...prepare([1e100, 1]).y]).toEqual([1e100, 1]);
    expect([...prepare([1e-101, missing, -3e-120]).y]).toEqual([0, 0, 0]);
    expect([...prepare([1e-101, 1]).y]).toEqual([1e-101, 1]);
    expect([...prepare([-1e-300, -1e-300]).y]).toEqual([-1e-300, -1e-300]);
  });

  it("tells of a hole that is longer than allowed, and of values missing at the end", () => {
    const y = wave(100);
    y.fill(missing, 40, 70);
    expect(prepare(y, { season: [24] }).warnings).toEqual([
      "30 missing steps are interpolated",
      "a hole of 30 steps, more than the 24 allowed, is interpolated too: the history after it does not suffice",
    ]);
    expect(prepare(y, { season: [24], maxGap: 30 }).warnings).toEqual(["30 missing steps are interpolated"]);
    expect(prepare([...wave(30), missing, missing]).warnings).toEqual([
      "2 missing steps are interpolated",
      "the last 2 steps of the history are missing: the forecast goes on from assumed values, and its intervals are too narrow",
    ]);
  });

  it("refuses times that are not its steps, rather than take holes for none", () => {
    const timed = (t: number[], y = t) =>
      prepareSeries(
        { id: "q", y: Float64Array.from(y), t: Float64Array.from(t) },
        { season: [], nonNegative: "auto", maxGap: 24 },
      );
    expect(() => timed([1, 2, 4])).toThrow(
      'series "q" step 2: a hole between times 2 and 4; lay it out by `regularise`',
    );
    expect(() => timed([1, 2, 2])).toThrow('series "q" step 2: time 2 does not follow 2');
    expect(() => timed([1, 2], [1, 2, 3])).toThrow('series "q" has 3 values and 2 times');
    const months = [0, 1, 2, 3].map((month) => Date.UTC(2026, month));
    expect(timed(months, [1, 2, 3, 4]).y.length).toBe(4);
  });

  it("does not change the series handed in", () => {
    const y = Float64Array.of(1, missing, 3, 4);
    prepareSeries({ id: "q", y }, { season: [], nonNegative: "auto", maxGap: 24 });
    expect([...y]).toEqual([1, missing, 3, 4]);
  });
});

describe("fillSeasonally", () => {
  it("is linear without a season", () => {
    expect([...fillSeasonally(Float64Array.of(0, missing, missing, 3, missing, 5), [])]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("carries the difference of the hole's edges to its neighbours' pattern", () => {
    // Days of 4 steps, each 10 above the day before: the mean of the neighbours has the right level by itself.
    const y = Float64Array.from({ length: 12 }, (_, i) => 10 * Math.floor(i / 4) + (i % 4));
    const holed = y.slice();
    holed[5] = missing;
    holed[6] = missing;
    expect([...fillSeasonally(holed, [4])]).toEqual([...y]);
  });
});
