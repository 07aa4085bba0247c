import { describe, expect, it } from "vitest";
import { formatInstant, formatNumber, formatScalar } from "../../../src/report/index.js";
import { withUnit } from "../../../src/report/number-format.js";
import { isNumeric } from "../../../src/report/numeric-column.js";

describe("numbers in reports", () => {
  it.each([
    [1234.567, "1,235"],
    [714240, "714,200"],
    [0.0123456, "0.01235"],
    [-5.5, "\u22125.5"],
    [0, "0"],
    [-0, "0"],
    [1e-9, "1E-9"],
    [1.23456e20, "1.235E20"],
    [null, "\u2014"],
    [undefined, "\u2014"],
    [Number.NaN, "\u2014"],
  ])("%s reads %s", (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it("knows whole numbers and shares", () => {
    expect(formatNumber(714240.4, "integer")).toBe("714,240");
    expect(formatNumber(0.16789, "percent")).toBe("16.79\u00a0%");
    expect(formatNumber(-0.5, "percent")).toBe("\u221250\u00a0%");
  });

  it("writes other scalars as they are", () => {
    expect([true, false, "x", "", null].map((value) => formatScalar(value))).toEqual([
      "yes",
      "no",
      "x",
      "\u2014",
      "\u2014",
    ]);
    expect(formatScalar(2020, "text")).toBe("2020");
  });

  it("writes whole numbers beyond 2^53, given as text, exactly and as numbers", () => {
    expect(formatScalar("9007199254740993", "integer")).toBe("9,007,199,254,740,993");
    expect(formatScalar("9007199254740993")).toBe("9007199254740993");
    expect(formatScalar("12 boxes", "integer")).toBe("12 boxes");
    const column = { name: "bytes", format: "integer" };
    expect(isNumeric(column, [{ bytes: 5 }, { bytes: "9007199254740993" }, { bytes: null }])).toBe(true);
    expect(isNumeric(column, [{ bytes: 5 }, { bytes: "many" }])).toBe(false);
    expect(isNumeric({ name: "bytes" }, [{ bytes: "9007199254740993" }])).toBe(false);
  });

  it("keeps a unit with its number, and none with what is missing", () => {
    expect(withUnit("5", "GPU")).toBe("5\u00a0GPU");
    expect(withUnit("\u2014", "GPU")).toBe("\u2014");
  });

  it("writes instants in UTC, whatever the machine's zone", () => {
    expect(formatInstant("2020-06-01T23:30:00Z")).toBe("1 June 2020 at 23:30 UTC");
  });
});
