import { describe, expect, it } from "vitest";
import { lastMonth, monthFields } from "../../../src/capacity/month-span.js";
import { planWeeks } from "../../../src/capacity/plan-weeks.js";
import { HOUR_MS } from "../../../src/core/index.js";
import { makeHourly } from "./make-input.js";

describe("planWeeks", () => {
  it("cuts whole weeks at Monday in UTC", () => {
    const weeks = planWeeks(Date.UTC(2020, 5, 1), 672, "UTC");
    expect(weeks.map(({ from, to, label, partial }) => [from, to, label, partial])).toEqual([
      [0, 168, "2020-06-01", false],
      [168, 336, "2020-06-08", false],
      [336, 504, "2020-06-15", false],
      [504, 672, "2020-06-22", false],
    ]);
  });

  it("gives the week of the autumn clock change in Berlin 169 hours, that of spring 167", () => {
    // Monday 19 October 2026, 00:00 in Berlin (UTC+2); clocks go back on the 25th.
    const autumn = planWeeks(Date.UTC(2026, 9, 18, 22), 337, "Europe/Berlin");
    expect(autumn.map(({ from, to, partial }) => [to - from, partial])).toEqual([
      [169, false],
      [168, false],
    ]);
    // Monday 23 March 2026, 00:00 in Berlin (UTC+1); clocks go forward on the 29th.
    const spring = planWeeks(Date.UTC(2026, 2, 22, 23), 335, "Europe/Berlin");
    expect(spring.map(({ from, to, partial }) => [to - from, partial])).toEqual([
      [167, false],
      [168, false],
    ]);
    expect(spring.map(({ label }) => label)).toEqual(["2026-03-23", "2026-03-30"]);
  });

  it("marks the first and the last week partial when the horizon cuts them", () => {
    const weeks = planWeeks(Date.UTC(2020, 5, 3, 12), 168, "UTC");
    expect(weeks.map(({ from, to, label, partial }) => [from, to, label, partial])).toEqual([
      [0, 108, "2020-06-01", true],
      [108, 168, "2020-06-08", true],
    ]);
  });

  it("shifts the weeks with the zone", () => {
    const [first] = planWeeks(Date.UTC(2020, 5, 1), 672, "Asia/Shanghai");
    expect(first).toEqual({ from: 0, to: 160, label: "2020-06-01", partial: true });
  });

  it("puts an hour that holds midnight of a half-hour zone into the week that it starts in", () => {
    // Monday 00:00 in Kolkata is Sunday 18:30 UTC: the hour from 18:00 is still Sunday's.
    const weeks = planWeeks(Date.UTC(2020, 5, 7, 17), 3, "Asia/Kolkata");
    expect(weeks.map(({ from, to }) => [from, to])).toEqual([
      [0, 2],
      [2, 3],
    ]);
  });
});

describe("lastMonth", () => {
  const from = (start: number, hours: number) => ({ ...makeHourly(["a"], hours), start });

  it("is the last month observed from end to end", () => {
    const hourly = from(Date.UTC(2020, 3, 20), (11 + 31 + 3) * 24);
    const month = lastMonth(hourly, "UTC");
    expect(month).toEqual({ month: "2020-05", from: 11 * 24, to: 42 * 24, partial: false });
    expect(month && monthFields(month, hourly.start)).toMatchObject({
      from: "2020-05-01T00:00:00Z",
      to: "2020-06-01T00:00:00Z",
    });
  });

  it("is the fullest month, marked partial, when none is whole", () => {
    const month = lastMonth(from(Date.UTC(2020, 4, 1), 31 * 24), "Asia/Shanghai");
    expect(month).toEqual({ month: "2020-05", from: 0, to: 31 * 24 - 8, partial: true });
    expect(lastMonth(from(Date.UTC(2020, 4, 1), 0), "UTC")).toBeNull();
  });

  it("counts the hours of a month with a clock change", () => {
    const start = Date.UTC(2026, 8, 30, 22);
    const month = lastMonth(from(start, 31 * 24 + 1), "Europe/Berlin");
    expect(month).toEqual({ month: "2026-10", from: 0, to: 745, partial: false });
    expect(start + 745 * HOUR_MS).toBe(Date.UTC(2026, 9, 31, 23));
  });
});
