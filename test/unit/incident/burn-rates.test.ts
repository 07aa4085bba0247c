import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/index.js";
import { decimalFraction } from "../../../src/incident/decimal-fraction.js";
import { burnRates, goodByThreshold, SloResultSchema, type SloSeries } from "../../../src/incident/index.js";
import { shareAbove } from "../../../src/incident/share-above.js";
import { windowSums } from "../../../src/incident/window-sums.js";

const START = Date.UTC(2026, 8, 1);
const MINUTE = 60_000;
const at = (minutes: number) => new Date(START + minutes * MINUTE).toISOString().replace(".000Z", "Z");

/** Rows of 5 minutes with 1,000 events each unless told otherwise. */
function series(bad: readonly number[], total: readonly number[] = bad.map(() => 1000), minutes = 5): SloSeries {
  return {
    times: Float64Array.from(bad, (_, i) => START + i * minutes * MINUTE),
    good: Float64Array.from(bad, (one, i) => total[i] - one),
    total: Float64Array.from(total),
  };
}

const repeated = (value: number, times: number): number[] => new Array<number>(times).fill(value);

describe("alerts", () => {
  it("are the maximal runs in which both windows are above, by hand", () => {
    // An hour of calm, then 500 of 1,000 bad for two rows: 1h first has 500 / 12,000 (burn 41.7), and falls below 14.4
    // only an hour later; the 5m window of one row is above for two rows alone.
    const result = burnRates(series([...repeated(0, 12), 500, 500, ...repeated(0, 30)]), { target: 0.999 });
    expect(result.alerts).toEqual([
      { rule: "page-fast", start: at(60), end: at(65) },
      // 30m is six rows: above 6 while it holds a bad one, until the row 60 + 5 * 6 = 90 inclusive; 6h all along.
      { rule: "page-slow", start: at(60), end: at(90) },
      { rule: "ticket", start: at(60), end: at(5 * 43) },
    ]);
    expect(result.episodes[0]).toMatchObject({ rows: 2, bad: 1000, total: 2000, mostBad: 1000, ongoing: false });
    expect(result.episodes[0].peakBurn).toBeCloseTo(1000 / 12_000 / 0.001, 10);
    expect(result.episodes[2].ongoing).toBe(true);
  });

  it.each([0.999, 0.9999, 0.99, 0.9995, 0.99999])("are not raised at exactly the threshold, target %d", (target) => {
    const budget = Number((1 - target).toFixed(6));
    for (const [factor, rule] of [
      [14.4, "page-fast"],
      [6, "page-slow"],
      [1, "ticket"],
    ] as const) {
      const total = 10_000_000;
      const bad = Math.round(factor * budget * total);
      const rows = repeated(total, 30);
      const tie = burnRates(
        series(
          rows.map(() => bad),
          rows,
        ),
        { target },
      );
      const more = burnRates(
        series(
          rows.map(() => bad + 1),
          rows,
        ),
        { target },
      );
      expect(tie.alerts.filter((one) => one.rule === rule)).toEqual([]);
      expect(more.alerts.filter((one) => one.rule === rule)).toEqual([{ rule, start: at(0), end: at(145) }]);
    }
  });

  it("have thresholds that scale with the window", () => {
    const of = (days: number) =>
      burnRates(series([0, 0]), { target: 0.99, windowMs: days * 86_400_000 }).rules.map(({ threshold }) => threshold);
    expect(of(30)).toEqual([14.4, 6, 1]);
    expect(of(28)).toEqual([13.44, 5.6, 14 / 15]);
    expect(of(7)[0]).toBeCloseTo(3.36, 12);
    const week = burnRates(series([0, 0]), { target: 0.99, windowMs: 7 * 86_400_000 });
    expect(week.warnings).toEqual([expect.stringContaining("the threshold of ticket is below 1")]);
  });

  it("count windows in rows of the bucket, at least one", () => {
    const rows = (minutes: number) => {
      const { burn } = burnRates(series([0, 0, 0], undefined, minutes), { target: 0.99 });
      return Object.values(burn).map((one) => one.rows);
    };
    expect(rows(1)).toEqual([5, 30, 60, 360, 4320]);
    expect(rows(5)).toEqual([1, 6, 12, 72, 864]);
    expect(rows(7)).toEqual([1, 4, 8, 51, 617]);
    expect(rows(60)).toEqual([1, 1, 1, 6, 72]);
  });

  it("say which rest on few events, and leave them out only when asked to", () => {
    const quiet = series([0, 0, 1, 0, 0], [5, 5, 5, 5, 5]);
    const free = burnRates(quiet, { target: 0.999 });
    expect(free.alerts.map(({ rule }) => rule)).toEqual(["page-fast", "page-slow", "ticket"]);
    expect(free.episodes.every(({ few, suppressed }) => few && !suppressed)).toBe(true);
    expect(free.warnings).toEqual([expect.stringContaining("fewer than 10 bad events: 3 of 3")]);
    const guarded = burnRates(quiet, { target: 0.999, minBad: 2 });
    expect(guarded.alerts).toEqual([]);
    expect(guarded.episodes.map(({ suppressed }) => suppressed)).toEqual([true, true, true]);
    expect(guarded.warnings).toEqual([expect.stringContaining("low-traffic guard suppressed: 3 of 3")]);
  });
});

describe("budget", () => {
  it("is bad ÷ (total × (1 − target)) of all rows", () => {
    const { errorBudget, bad, total } = burnRates(series([3, 0, 1]), { target: 0.999 });
    expect([bad, total]).toEqual([4, 3000]);
    expect(errorBudget.consumed).toBeCloseTo(4 / 3, 12);
    expect(errorBudget.remaining).toBeCloseTo(-1 / 3, 12);
    expect(burnRates(series([0, 0], [0, 0]), { target: 0.9 }).errorBudget).toEqual({ consumed: 0, remaining: 1 });
  });

  it("lasts left × window ÷ burn rate", () => {
    // Three of thirty days at a burn rate of 2: a fifth of the budget is gone, four fifths last 12 days.
    const { outlook } = burnRates(series(repeated(2, 864)), { target: 0.999 });
    expect(outlook).toMatchObject({ complete: false, exhaustedSince: null, from: at(0), to: at(863 * 5) });
    expect(outlook?.consumed).toBeCloseTo(0.2, 12);
    for (const pace of Object.values(outlook?.paces ?? {})) {
      expect(pace.burn).toBeCloseTo(2, 12);
      expect(pace.seconds).toBeCloseTo(12 * 86_400, 4);
      expect(pace.at).toBe(at(15 * 1440));
    }
  });

  it("looks at the last window alone, and tells since when nothing is left", () => {
    const day = 288;
    const windowMs = 86_400_000;
    // Day 1 bad, day 2 good: the last day has spent nothing.
    const healed = burnRates(series([...repeated(10, day), ...repeated(0, day)]), { target: 0.999, windowMs }).outlook;
    expect(healed).toMatchObject({ complete: true, consumed: 0, remaining: 1, bad: 0, exhaustedSince: null });
    expect(healed?.paces["3d"].burn).toBeCloseTo(5, 12);
    expect(healed?.paces["1h"]).toEqual({ burn: 0, seconds: null, at: null });
    // A day at burn 1 uses the budget up with its last row: 288 rows of 1.
    const even = burnRates(series(repeated(1, day)), { target: 0.999, windowMs }).outlook;
    expect(even).toMatchObject({ remaining: 0, exhaustedSince: at(287 * 5) });
    expect(even?.paces["6h"]).toEqual({ burn: 1, seconds: 0, at: null });
  });

  it("is drawn with at most 360 points, which keep the peaks", () => {
    const bad = repeated(0, 10_000);
    bad[7777] = 900;
    const { points, burn, outlook } = burnRates(series(bad), { target: 0.999 });
    expect(points.rowsPerPoint).toBe(28);
    expect(points.time).toHaveLength(358);
    expect(points.remaining).toHaveLength(358);
    expect(points.remaining.at(-1)).toBeCloseTo(outlook?.remaining ?? Number.NaN, 6);
    expect(burn["5m"]).toEqual({ rows: 1, last: 0, max: 900, maxAt: at(5 * 7777) });
    expect(Math.max(...points.burn["5m"])).toBe(900);
    expect(points.burn["5m"].indexOf(900)).toBe(Math.floor(7777 / 28));
  });
});

describe("rows", () => {
  it.each([0, 1, 2])("may be %d", (n) => {
    const result = burnRates(series(repeated(1, n)), { target: 0.999 });
    expect(SloResultSchema.parse(result)).toEqual(result);
    expect(result).toMatchObject({ rows: n, bad: n, bucketSeconds: n < 2 ? null : 300 });
    expect(result.outlook === null).toBe(n < 2);
  });

  it("that are missing, uneven or without counts give warnings", () => {
    const { times, good, total } = series(repeated(1, 20));
    const gap = Float64Array.from(times, (t, i) => (i < 10 ? t : t + 15 * MINUTE));
    expect(burnRates({ times: gap, good, total }, { target: 0.9 }).warnings).toEqual([
      expect.stringMatching(
        /^buckets of 300 s that are missing: 3 \(the first between 2026-09-01T00:45:00Z and 2026-09-01T01:05:00Z\)/,
      ),
    ]);
    const uneven = Float64Array.from(times, (t, i) => (i === 4 ? t + 1000 : t));
    expect(burnRates({ times: uneven, good, total }, { target: 0.9 }).warnings).toEqual([
      expect.stringMatching(/^steps that are no multiple of the bucket of 300 s: 2 of 19/),
    ]);
    const twice = Float64Array.from(times, (t, i) => (i < 10 ? t : t - 5 * MINUTE));
    expect(burnRates({ times: twice, good, total }, { target: 0.9 })).toMatchObject({
      bucketSeconds: 300,
      warnings: [],
      rows: 20,
    });
    const holes = Float64Array.from(good, (v, i) => (i < 5 ? Number.NaN : v));
    expect(burnRates({ times, good: holes, total }, { target: 0.9 })).toMatchObject({
      total: 15_000,
      bad: 15,
      warnings: [expect.stringContaining("rows without a good or a total count: 5 of 20")],
    });
  });

  it.each<[string, Partial<SloSeries>, RegExp]>([
    [
      "good above total",
      { good: Float64Array.of(1, 3, 1) },
      /^row 2: column "good": got 3, expected at most the total of the row, 2$/,
    ],
    ["a negative count", { total: Float64Array.of(2, 2, -1) }, /^row 3: column "total": got -1/],
    ["a negative good count", { good: Float64Array.of(-1, 1, 1) }, /^row 1: column "good": got -1/],
    ["no number", { total: Float64Array.of(2, Number.POSITIVE_INFINITY, 2) }, /^row 2: column "total": got Infinity/],
    ["times that descend", { times: Float64Array.of(0, 600_000, 300_000) }, /^row 3: column "time".*sort by time/],
    ["a missing time", { times: Float64Array.of(0, Number.NaN, 300_000) }, /^row 2: column "time": got NaN/],
    ["columns of different lengths", { good: Float64Array.of(1) }, /^there are 3 times, 1 good and 3 total counts/],
  ])("with %s are refused", (_what, change, message) => {
    const good: SloSeries = {
      times: Float64Array.of(0, 300_000, 600_000),
      good: Float64Array.of(1, 1, 1),
      total: Float64Array.of(2, 2, 2),
    };
    const run = () => burnRates({ ...good, ...change }, { target: 0.9 });
    expect(run).toThrow(InputError);
    expect(run).toThrow(message);
  });

  it("must be buckets, not single events", () => {
    const times = Float64Array.of(0, 1000, 2300, 3700, 5200);
    const ones = new Float64Array(5).fill(1);
    expect(() => burnRates({ times, good: ones, total: ones }, { target: 0.9 })).toThrow(
      /^the times are no buckets: the commonest step is 1 s, and 3 of 4 steps are no multiple of it/,
    );
  });

  it.each([0, 1, 1.5, -1, Number.NaN])("want a target between 0 and 1, not %d", (target) => {
    expect(() => burnRates(series([0]), { target })).toThrow(/^target must be a share above 0 and below 1/);
  });

  it("want a window and a guard that can be meant", () => {
    expect(() => burnRates(series([0]), { target: 0.9, windowMs: 0.5 })).toThrow(
      /window must be a whole number of milli/,
    );
    expect(() => burnRates(series([0]), { target: 0.9, minBad: -1 })).toThrow(/from 0, got -1/);
  });
});

describe("measured values", () => {
  it("are good up to the threshold, weigh what they stand for, and count as no traffic where missing", () => {
    const times = Float64Array.of(0, 1, 2, 3);
    const values = Float64Array.of(99, 100, 100.5, Number.NaN);
    const plain = goodByThreshold(times, values, 100);
    expect([...plain.good]).toEqual([1, 1, 0, Number.NaN]);
    expect([...plain.total]).toEqual([1, 1, 1, Number.NaN]);
    const weighted = goodByThreshold(times, values, 100, Float64Array.of(5, 6, 7, 8));
    expect([...weighted.good]).toEqual([5, 6, 0, Number.NaN]);
    expect(burnRates(weighted, { target: 0.5 })).toMatchObject({ bad: 7, total: 18 });
  });
});

describe("exact arithmetic", () => {
  it("takes numbers for the decimals that they are written as", () => {
    const of = (value: number) => {
      const { numerator, denominator } = decimalFraction(value);
      return [Number(numerator), Number(denominator)];
    };
    expect(of(0.9999)).toEqual([9999, 10_000]);
    expect(of(1e-7)).toEqual([1, 1e7]);
    expect(of(2.5e-9)).toEqual([25, 1e10]);
    expect(of(1e21)).toEqual([1e21, 1]);
    expect(of(12)).toEqual([12, 1]);
  });

  it("compares shares beyond what doubles can tell apart", () => {
    const third = shareAbove({ numerator: 1n, denominator: 3n });
    const n = 3_000_000_000_000_000;
    expect([third(n / 3 - 1, n), third(n / 3, n), third(n / 3 + 1, n)]).toEqual([false, false, true]);
    expect(third(0, 0)).toBe(false);
    expect(third(0.1 + 0.2, 0.9)).toBe(false);
  });

  it("adds up windows of fractions as if each were summed by itself", () => {
    const values = Float64Array.from({ length: 5000 }, (_, i) => (i < 2500 ? 1e9 + 0.1 * i : 0.1));
    const { sum } = windowSums(values);
    expect(sum(2500, 2503)).toBeCloseTo(0.3, 14);
    expect(sum(2499, 2501)).toBe(1e9 + 249.9 + 0.1);
    expect(sum(7, 7)).toBe(0);
  });
});
