import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { advance, defaultSeasons, inferFrequency, regularise, stepLength } from "../../../src/forecast/index.js";

const HOUR = 3_600_000;
const utc = (year: number, month: number, day = 1, hour = 0): number => Date.UTC(year, month - 1, day, hour);
const series = (t: number[]) => ({ id: "q", t: Float64Array.from(t), y: Float64Array.from(t, (_, i) => i) });
const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

describe("inferFrequency", () => {
  const every = (step: number) => [series(Array.from({ length: 9 }, (_, i) => utc(2020, 1) + i * step))];

  it("knows minutes, hours, days and weeks by their spacing", () => {
    expect([60_000, HOUR, 24 * HOUR, 168 * HOUR].map((step) => inferFrequency(every(step)))).toEqual([
      "min",
      "h",
      "D",
      "W",
    ]);
  });

  it("knows months, quarters and years through leap years", () => {
    const months = Array.from({ length: 14 }, (_, i) => utc(2020, 1 + i));
    const quarters = Array.from({ length: 9 }, (_, i) => utc(2019, 1 + 3 * i));
    const years = Array.from({ length: 6 }, (_, i) => utc(2018 + i, 1));
    expect([months, quarters, years].map((t) => inferFrequency([series(t)]))).toEqual(["MS", "Q", "Y"]);
  });

  it("looks at the median, so holes and business days do not mislead it", () => {
    const business = [1, 2, 3, 6, 7, 8, 9, 10, 13].map((day) => utc(2020, 1, day));
    expect(inferFrequency([series(business)])).toBe("D");
    expect(inferFrequency([series([0, 1, 2, 50, 51].map((h) => h * HOUR))])).toBe("h");
  });

  it("refuses a spacing that is no step, and one value", () => {
    for (const step of [15 * 60_000, 2 * HOUR, 6 * HOUR, 14 * 24 * HOUR, 182 * 24 * HOUR]) {
      expect(() => inferFrequency(every(step))).toThrow(InputError);
    }
    expect(() => inferFrequency(every(15 * 60_000))).toThrow("mostly 15 minutes apart");
    expect(() => inferFrequency([series([5])])).toThrow("name it by --freq");
  });
});

describe("advance", () => {
  it("adds fixed steps in UTC, through a change of the clocks", () => {
    // Europe/Berlin loses an hour on 29 March 2020; UTC does not.
    expect(advance(utc(2020, 3, 29, 0), 3, "h")).toBe(utc(2020, 3, 29, 3));
    expect(advance(utc(2020, 3, 28), 2, "D")).toBe(utc(2020, 3, 30));
    expect(advance(utc(2020, 2, 24), 1, "W")).toBe(utc(2020, 3, 2));
    expect(advance(utc(2020, 1, 1), 90, "min")).toBe(utc(2020, 1, 1, 1) + 1_800_000);
    expect(advance(41, 2, "int")).toBe(43);
  });

  it("goes by months and keeps month ends at month ends", () => {
    expect([1, 2, 3].map((k) => iso(advance(utc(2020, 1, 31), k, "MS")))).toEqual([
      "2020-02-29",
      "2020-03-31",
      "2020-04-30",
    ]);
    expect(iso(advance(utc(2019, 2, 28), 1, "MS"))).toBe("2019-03-31");
    expect(iso(advance(utc(2020, 1, 15), 13, "MS"))).toBe("2021-02-15");
    expect(iso(advance(utc(2020, 12, 31), 1, "Q"))).toBe("2021-03-31");
    expect(iso(advance(utc(2020, 2, 29), 1, "Y"))).toBe("2021-02-28");
  });
});

describe("regularise", () => {
  it("hands a regular series through and lays holes out as NaN", () => {
    const whole = series([0, 1, 2].map((h) => h * HOUR));
    expect(regularise(whole, "h")).toEqual(whole);
    const { y, t } = regularise(series([0, 1, 4].map((h) => h * HOUR)), "h");
    expect([...y]).toEqual([0, 1, Number.NaN, Number.NaN, 2]);
    expect([...(t ?? [])]).toEqual([0, 1, 2, 3, 4].map((h) => h * HOUR));
  });

  it("lays months out whatever their length", () => {
    const ends = [utc(2020, 1, 31), utc(2020, 2, 29), utc(2020, 4, 30)];
    const { y, t } = regularise(series(ends), "MS");
    expect([...y]).toEqual([0, 1, Number.NaN, 2]);
    expect(Array.from(t ?? [], iso)).toEqual(["2020-01-31", "2020-02-29", "2020-03-31", "2020-04-30"]);
  });

  it("takes integer steps from any start and refuses a hole in them, naming id and row", () => {
    expect([...regularise(series([7, 8, 9]), "int").y]).toEqual([0, 1, 2]);
    expect(() => regularise(series([7, 8, 10]), "int")).toThrow(
      /^series "q" row 3: step 10 follows 8; integer steps must have no gap$/,
    );
    expect(() => regularise(series([1_588_291_200, 1_588_294_800]), "int")).toThrow("make the column a time stamp");
  });

  it("refuses two rows in one step, and a stray time stamp that would fill the memory", () => {
    expect(() => regularise(series([0, HOUR, HOUR + 60_000]), "h")).toThrow(
      'series "q" rows 2 and 3 by time, 1970-01-01T01:00:00Z and 1970-01-01T01:01:00Z, fall into one step of frequency "h"',
    );
    expect(() => regularise(series([utc(2020, 1, 1), utc(2020, 1, 15)]), "MS")).toThrow(InputError);
    expect(() => regularise(series([0, 25_000_000 * 60_000]), "min")).toThrow("is a time stamp wrong?");
  });

  it("takes one value", () => {
    expect([...regularise(series([5 * HOUR]), "h").y]).toEqual([0]);
  });
});

it("default seasons and lengths of steps", () => {
  expect(defaultSeasons("h")).toEqual([24, 168]);
  expect(defaultSeasons("W")).toEqual([52]);
  expect(defaultSeasons("int")).toEqual([]);
  defaultSeasons("h").push(1);
  expect(defaultSeasons("h")).toEqual([24, 168]);
  expect([stepLength("h"), stepLength("MS")]).toEqual([HOUR, null]);
});
