import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { createRandom } from "../../../src/core/random.js";
import { farthestStep, forecast, layOut, pickForecast, pickSteps } from "../../../src/forecast/index.js";
import { wallClock } from "../../../src/forecast/wall-clock.js";

const HOUR = 3_600_000;
const BERLIN = "Europe/Berlin";
// Berlin's clocks went forward on 29 March 2026 at 01:00 UTC and go back on 25 October at 01:00 UTC.
const SPRING = Date.UTC(2026, 2, 29, 1);
const AUTUMN = Date.UTC(2026, 9, 25, 1);

describe("wallClock", () => {
  it.each([BERLIN, "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "Asia/Beirut", "UTC"])(
    "shows what the calendar says of %s, and finds the instant back",
    (zone) => {
      const clock = wallClock(zone);
      for (let ms = Date.UTC(2026, 0, 1); ms < Date.UTC(2027, 0, 1); ms += 5.5 * HOUR) {
        const local = DateTime.fromMillis(ms, { zone });
        const wall = Date.UTC(local.year, local.month - 1, local.day, local.hour, local.minute);
        expect(clock.toWall(ms)).toBe(wall);
        // An hour shown twice means the earlier one.
        const found = clock.toInstant(wall);
        expect(clock.toWall(found)).toBe(wall);
        expect(found).toBeLessThanOrEqual(ms);
      }
    },
  );

  it("takes the earlier of two hours of one name, and goes past the hour that is none", () => {
    const clock = wallClock(BERLIN);
    expect(clock.toInstant(Date.UTC(2026, 9, 25, 2, 30))).toBe(AUTUMN - HOUR / 2);
    expect(clock.toInstant(Date.UTC(2026, 2, 29, 2, 30))).toBe(SPRING + HOUR / 2);
    expect(clock.toInstant(Date.UTC(2026, 2, 29, 1, 59))).toBe(SPRING - 60_000);
    expect(() => wallClock("Europe/Bonn")).toThrow(InputError);
  });
});

/** Hourly series from an instant, its values by instant. */
function hourly(from: number, n: number, value: (ms: number) => number) {
  const t = Float64Array.from({ length: n }, (_, i) => from + i * HOUR);
  return { id: "q", t, y: t.map(value) };
}

describe("layOut", () => {
  it("without a zone is the regular grid", () => {
    const series = { id: "q", t: Float64Array.of(1, 2, 3), y: Float64Array.of(4, 5, 6) };
    const { series: laid, times, steps } = layOut(series, "int", 2);
    expect([laid.y, times, steps]).toEqual([series.y, Float64Array.of(4, 5), Int32Array.of(1, 2)]);
  });

  it("fills the hour that spring skips from the days beside it, and keeps every other value at its hour", () => {
    const from = Date.UTC(2026, 2, 26, 23);
    const clock = wallClock(BERLIN);
    const series = hourly(from, 120, (ms) => (clock.toWall(ms) / HOUR) % 24);
    const { series: laid } = layOut(series, "h", 3, BERLIN);
    // 27 March 00:00 local to 1 April 00:00 local: one hour more than went by.
    expect(laid.y).toEqual(Float64Array.from({ length: 121 }, (_, i) => i % 24));
  });

  it("averages the two hours of one name in autumn, skipping a missing one", () => {
    const series = hourly(AUTUMN - 5 * HOUR, 10, (ms) => (ms - AUTUMN) / HOUR);
    expect([...layOut(series, "h", 1, BERLIN).series.y]).toEqual([-5, -4, -3, -2, -0.5, 1, 2, 3, 4]);
    series.y[4] = Number.NaN;
    expect(layOut(series, "h", 1, BERLIN).series.y[4]).toBe(0);
  });

  it("leaves holes of the data as they are", () => {
    const series = hourly(SPRING - 30 * HOUR, 60, () => 1);
    series.y[7] = Number.NaN;
    expect([...layOut(series, "h", 1, BERLIN).series.y].flatMap((v, i) => (Number.isNaN(v) ? [i] : []))).toEqual([7]);
  });

  it("counts the steps asked for in true time: spring skips a step, autumn takes one twice", () => {
    const endingBefore = (change: number) =>
      layOut(
        hourly(change - 50 * HOUR, 48, () => 1),
        "h",
        5,
        BERLIN,
      );
    expect([...endingBefore(SPRING).steps]).toEqual([1, 2, 4, 5, 6]);
    expect([...endingBefore(AUTUMN).steps]).toEqual([1, 2, 2, 3, 4]);
    expect([...endingBefore(AUTUMN).times]).toEqual([-2, -1, 0, 1, 2].map((h) => AUTUMN + h * HOUR));
    expect(farthestStep([endingBefore(AUTUMN), endingBefore(SPRING)])).toBe(6);
    // A history that ends between the two hours of one name: the second one is nearest to the next step.
    expect([
      ...layOut(
        hourly(AUTUMN - 48 * HOUR, 48, () => 1),
        "h",
        3,
        BERLIN,
      ).steps,
    ]).toEqual([1, 1, 2]);
  });

  it("takes minutes through both changes", () => {
    for (const [change, length] of [
      [SPRING, 720 + 60],
      [AUTUMN, 720 - 60],
    ]) {
      const t = Float64Array.from({ length: 720 }, (_, i) => change - 360 * 60_000 + i * 60_000);
      expect(layOut({ id: "m", t, y: t }, "min", 5, BERLIN).series.y.length).toBe(length);
    }
  });

  it("starts days and longer steps at local midnight, before and after a change", () => {
    const t = Float64Array.from({ length: 10 }, (_, i) => wallClock(BERLIN).toInstant(Date.UTC(2026, 2, 18 + i)));
    const { series, times } = layOut({ id: "d", t, y: t.map((_, i) => i) }, "D", 4, BERLIN);
    expect(series.y.length).toBe(10);
    expect([...times].map((ms) => new Date(ms).toISOString())).toEqual([
      "2026-03-27T23:00:00.000Z",
      "2026-03-28T23:00:00.000Z",
      "2026-03-29T22:00:00.000Z",
      "2026-03-30T22:00:00.000Z",
    ]);
    const months = Float64Array.of(Date.UTC(2025, 11, 31, 23), Date.UTC(2026, 0, 31, 23), Date.UTC(2026, 1, 28, 23));
    const monthly = layOut({ id: "m", t: months, y: months }, "MS", 2, BERLIN);
    expect([...monthly.times]).toEqual([Date.UTC(2026, 2, 31, 22), Date.UTC(2026, 3, 30, 22)]);
  });

  it("refuses integer steps and an unknown zone", () => {
    const series = { id: "q", t: Float64Array.of(1, 2), y: Float64Array.of(1, 2) };
    expect(() => layOut(series, "int", 1, BERLIN)).toThrow(InputError);
    expect(() => layOut(series, "h", 1, "Europe/Bonn")).toThrow('unknown time zone "Europe/Bonn"');
  });
});

describe("picked steps", () => {
  it("are taken from every array of a forecast and every path", () => {
    expect(pickSteps(Float64Array.of(1, 2, 3, 11, 12, 13), 3, Int32Array.of(1, 3))).toEqual(
      Float64Array.of(1, 3, 11, 13),
    );
    const [made] = forecast([{ id: "q", y: Float64Array.from({ length: 80 }, (_, i) => i % 7) }], {
      ...{ horizon: 4, season: [7], quantiles: [0.3], paths: 5 },
    });
    const picked = pickForecast(made, Int32Array.of(1, 2, 2, 4));
    expect(picked.mean[2]).toBe(made.mean[1]);
    expect(picked.hi[95][3]).toBe(made.hi[95][3]);
    expect(picked.quantiles[0.3][2]).toBe(made.quantiles[0.3][1]);
    expect(picked.paths?.data.length).toBe(20);
    expect(pickForecast(made, Int32Array.of(1, 2, 3, 4)).mean).toBe(made.mean);
  });
});

describe("a day that follows the local clock", () => {
  const random = createRandom(8);
  const clock = wallClock(BERLIN);
  /** Busy from 8 to 18 o'clock local time. */
  const profile = (ms: number): number => {
    const hour = Math.floor(clock.toWall(ms) / HOUR) % 24;
    return (hour >= 8 && hour < 18 ? 100 : 20) + random.normal();
  };
  const errorOf = (change: number, lead: number, zone?: string): number => {
    const n = 24 * 40;
    const horizon = 72;
    const series = hourly(change - (n + lead) * HOUR, n, profile);
    const laid = layOut(series, "h", horizon, zone);
    const [made] = forecast([laid.series], { horizon: farthestStep([laid]), season: [24, 168] });
    const { mean } = pickForecast(made, laid.steps);
    const after = laid.times.findIndex((ms) => ms >= change + 3 * HOUR);
    let total = 0;
    for (let h = after; h < horizon; h++) total += Math.abs(mean[h] - profile(laid.times[h]));
    return total / (horizon - after);
  };

  it.each([
    ["spring", SPRING],
    ["autumn", AUTUMN],
  ])("is forecast far better with the zone, the clocks changing after the history (%s)", (_name, change) => {
    expect(errorOf(change, 12, BERLIN)).toBeLessThan(3);
    expect(errorOf(change, 12)).toBeGreaterThan(2 * errorOf(change, 12, BERLIN));
  });

  it.each([
    ["spring", SPRING],
    ["autumn", AUTUMN],
  ])("and with the change four days before the history's end (%s)", (_name, change) => {
    expect(errorOf(change, -96, BERLIN)).toBeLessThan(3);
    expect(errorOf(change, -96)).toBeGreaterThan(1.5 * errorOf(change, -96, BERLIN));
  });
});
