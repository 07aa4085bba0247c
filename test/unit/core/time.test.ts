import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import {
  addDays,
  assertTimeZone,
  HOUR_MS,
  hourOfWeek,
  isoLocal,
  isoUtc,
  monthName,
  nextMonth,
  nextWeek,
  parseDuration,
  parseInstant,
  parseMonth,
  startOfDay,
  startOfMonth,
  startOfWeek,
} from "../../../src/core/time.js";

const BERLIN = "Europe/Berlin";
const KOLKATA = "Asia/Kolkata";
const ms = (text: string): number => Date.parse(text);

describe("weeks, days and months in Europe/Berlin", () => {
  it("has a week of 167 hours in March and one of 169 in October", () => {
    const spring = startOfWeek(ms("2026-03-27T12:00:00Z"), BERLIN);
    expect(isoUtc(spring)).toBe("2026-03-22T23:00:00Z");
    expect((nextWeek(spring, BERLIN) - spring) / HOUR_MS).toBe(167);
    const autumn = startOfWeek(ms("2026-10-25T12:00:00Z"), BERLIN);
    expect(isoUtc(autumn)).toBe("2026-10-18T22:00:00Z");
    expect((nextWeek(autumn, BERLIN) - autumn) / HOUR_MS).toBe(169);
  });

  it("has days of 23 and 25 hours", () => {
    const spring = startOfDay(ms("2026-03-29T12:00:00Z"), BERLIN);
    expect((addDays(spring, 1, BERLIN) - spring) / HOUR_MS).toBe(23);
    const autumn = startOfDay(ms("2026-10-25T12:00:00Z"), BERLIN);
    expect((addDays(autumn, 1, BERLIN) - autumn) / HOUR_MS).toBe(25);
    expect((addDays(autumn, 7, BERLIN) - autumn) / HOUR_MS).toBe(169);
  });

  it("counts the repeated hour twice and leaves out the skipped one", () => {
    const hours = (from: string, n: number) =>
      Array.from({ length: n }, (_, i) => hourOfWeek(ms(from) + i * HOUR_MS, BERLIN));
    expect(hours("2026-10-25T00:00:00Z", 3)).toEqual([146, 146, 147]);
    expect(hours("2026-03-29T00:00:00Z", 3)).toEqual([145, 147, 148]);
  });

  it("tells the two local hours of the same name apart by their offset", () => {
    expect(isoLocal(ms("2026-10-25T00:30:00Z"), BERLIN)).toBe("2026-10-25T02:30:00+02:00");
    expect(isoLocal(ms("2026-10-25T01:30:00Z"), BERLIN)).toBe("2026-10-25T02:30:00+01:00");
  });

  it("cuts months at local midnight", () => {
    const inNovember = ms("2026-10-31T23:30:00Z");
    expect(monthName(inNovember, BERLIN)).toBe("2026-11");
    expect(monthName(inNovember, "UTC")).toBe("2026-10");
    expect(isoUtc(startOfMonth(inNovember, BERLIN))).toBe("2026-10-31T23:00:00Z");
    expect(isoUtc(nextMonth(inNovember, BERLIN))).toBe("2026-11-30T23:00:00Z");
    expect(isoUtc(nextMonth(ms("2026-12-31T12:00:00Z"), BERLIN))).toBe("2026-12-31T23:00:00Z");
  });
});

describe("weeks and days in Asia/Kolkata, half an hour off the grid", () => {
  it("starts them at half past six UTC", () => {
    expect(isoUtc(startOfWeek(ms("2026-06-03T00:00:00Z"), KOLKATA))).toBe("2026-05-31T18:30:00Z");
    expect(isoUtc(startOfDay(ms("2026-06-03T18:29:59Z"), KOLKATA))).toBe("2026-06-02T18:30:00Z");
    expect(hourOfWeek(ms("2026-06-01T00:00:00Z"), KOLKATA)).toBe(5);
    expect(isoLocal(ms("2026-06-01T00:00:00Z"), KOLKATA)).toBe("2026-06-01T05:30:00+05:30");
  });
});

describe("boundaries", () => {
  it("takes the first instant of a week, day or month as its own start", () => {
    const monday = ms("2026-06-01T00:00:00Z");
    expect(startOfWeek(monday, "UTC")).toBe(monday);
    expect(startOfWeek(monday - 1, "UTC")).toBe(monday - 168 * HOUR_MS);
    expect(startOfMonth(monday, "UTC")).toBe(monday);
    expect(nextWeek(monday, "UTC")).toBe(monday + 168 * HOUR_MS);
    expect(hourOfWeek(monday - 1, "UTC")).toBe(167);
    expect(hourOfWeek(monday, "UTC")).toBe(0);
  });

  it("holds before 1970 and in a leap year", () => {
    expect(isoUtc(startOfDay(-1, "UTC"))).toBe("1969-12-31T00:00:00Z");
    expect(isoUtc(nextMonth(ms("2028-02-10T00:00:00Z"), "UTC"))).toBe("2028-03-01T00:00:00Z");
    expect((nextMonth(ms("2028-02-10T00:00:00Z"), "UTC") - parseMonth("2028-02", "UTC")) / HOUR_MS).toBe(29 * 24);
  });
});

describe("reading and writing times", () => {
  it("writes UTC with milliseconds only where there are any", () => {
    expect(isoUtc(0)).toBe("1970-01-01T00:00:00Z");
    expect(isoUtc(1)).toBe("1970-01-01T00:00:00.001Z");
  });

  it("reads instants with and without a zone", () => {
    expect(parseInstant("2026-06-01T00:00:00+05:30")).toBe(ms("2026-05-31T18:30:00Z"));
    expect(parseInstant("2026-06-01T00:00:00")).toBe(ms("2026-06-01T00:00:00Z"));
    expect(parseInstant("2026-06-01")).toBe(ms("2026-06-01T00:00:00Z"));
  });

  it("reads months as their first local instant", () => {
    expect(isoUtc(parseMonth("2026-07", BERLIN))).toBe("2026-06-30T22:00:00Z");
    expect(() => parseMonth("2026-13", "UTC")).toThrow(
      new InputError('month must look like 2020-06, got "2026-13"', { month: "2026-13" }),
    );
    expect(() => parseMonth("July", "UTC")).toThrow(InputError);
  });

  it.each([
    ["90s", 90_000],
    ["15min", 900_000],
    ["15m", 900_000],
    ["1.5h", 5_400_000],
    ["2d", 172_800_000],
    [" 1w ", 604_800_000],
  ])("reads the duration %s", (text, wanted) => {
    expect(parseDuration(text)).toBe(wanted);
  });

  it.each(["", "5", "h", "-1h", "1 month", "1e3s"])('refuses the duration "%s"', (text) => {
    expect(() => parseDuration(text)).toThrow(
      new InputError(`duration must look like 15min, 6h or 2d, got "${text}"`, { value: text }),
    );
  });

  it("refuses what is no time, naming what it was for", () => {
    for (const text of ["10:00", "24:00", "T10:00Z"]) expect(() => parseInstant(text)).toThrow(InputError);
    expect(() => parseInstant("tomorrow", "--as-of")).toThrow(
      new InputError('--as-of is not an ISO 8601 instant: "tomorrow"', { value: "tomorrow" }),
    );
    expect(() => assertTimeZone("Mars/Olympus")).toThrow(/unknown time zone "Mars\/Olympus": use an IANA name/);
    expect(() => startOfWeek(0, "CEST")).toThrow(InputError);
  });
});
