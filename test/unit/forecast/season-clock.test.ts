import { describe, expect, it } from "vitest";
import { layOut, seasonClock } from "../../../src/forecast/index.js";

const HOUR = 3_600_000;
const MONDAY = Date.UTC(2026, 10, 23);

describe("seasonClock", () => {
  it("counts from a Monday's midnight", () => {
    expect((seasonClock(MONDAY, "h") as number) % 168).toBe(0);
    expect((seasonClock(MONDAY + 30 * HOUR, "h") as number) % 168).toBe(30);
    expect((seasonClock(MONDAY + 48 * HOUR, "D") as number) % 7).toBe(2);
    expect((seasonClock(MONDAY + HOUR, "min") as number) % 1440).toBe(60);
    expect((seasonClock(MONDAY + 168 * HOUR, "W") as number) - (seasonClock(MONDAY, "W") as number)).toBe(1);
  });

  it("counts months, quarters and years of the calendar", () => {
    const at = Date.UTC(2026, 10, 1);
    expect((seasonClock(at, "MS") as number) % 12).toBe(10);
    expect((seasonClock(at, "Q") as number) % 4).toBe(3);
    expect(seasonClock(at, "Y")).toBe(2025);
  });

  it("is whole and ascends before 1970, and unknown for integer steps", () => {
    const before = seasonClock(Date.UTC(1950, 0, 1), "h") as number;
    expect(Number.isInteger(before) && before > 0).toBe(true);
    expect(seasonClock(Date.UTC(1950, 0, 1, 1), "h")).toBe(before + 1);
    expect(seasonClock(5, "int")).toBeUndefined();
  });
});

describe("layOut", () => {
  const series = (from: number, n: number) => ({
    id: "q",
    t: Float64Array.from({ length: n }, (_, i) => from + i * HOUR),
    y: new Float64Array(n).fill(1),
  });

  it("gives a series the clock of its first step", () => {
    const { series: utc } = layOut(series(MONDAY + 5 * HOUR, 30), "h", 2);
    expect((utc.clock as number) % 168).toBe(5);
    // Berlin is an hour ahead in winter.
    const { series: berlin } = layOut(series(MONDAY + 5 * HOUR, 30), "h", 2, "Europe/Berlin");
    expect((berlin.clock as number) % 168).toBe(6);
    const { series: steps } = layOut({ ...series(0, 3), t: Float64Array.of(1, 2, 3) }, "int", 2);
    expect(steps.clock).toBeUndefined();
  });
});
