import { describe, expect, it } from "vitest";
import { apportion, roundParts } from "../../../src/cost/apportion.js";
import { moneyNumber, moneyText, parseMoney, spreadDays } from "../../../src/cost/index.js";
import { minorDecimals, toCoins } from "../../../src/cost/money.js";

const DAY = 86_400_000;
const value = (text: string) => parseMoney(text)?.value as bigint;

describe("money", () => {
  it.each([
    ["32.7726", "32.7726"],
    ["-5.00", "-5"],
    ["+0.1", "0.1"],
    [".5", "0.5"],
    ["7.", "7"],
    ["1.2E-7", "0.00000012"],
    ["-3e2", "-300"],
    ["0.000000000000000001", "0.000000000000000001"],
    ["123456789012345678901234567890.25", "123456789012345678901234567890.25"],
  ])("%s is kept to the last digit", (text, shown) => {
    expect(parseMoney(text)?.exact).toBe(true);
    expect(moneyText(value(text))).toBe(shown);
  });

  it("rounds half to even beyond 18 decimals, and says so", () => {
    expect(parseMoney("0.0000000000000000005")).toEqual({ value: 0n, exact: false });
    expect(parseMoney("0.0000000000000000015")).toEqual({ value: 2n, exact: false });
    expect(parseMoney("-0.0000000000000000016")).toEqual({ value: -2n, exact: false });
    expect(parseMoney("0.10000000000000000000000")?.exact).toBe(true);
  });

  it.each(["", " ", ".", "-", "1,5", "0x10", "NaN", "1e", "12 USD"])("refuses %j", (text) => {
    expect(parseMoney(text)).toBeNull();
  });

  it("adds what doubles cannot", () => {
    expect(moneyText(value("0.1") + value("0.2"))).toBe("0.3");
    expect(moneyNumber(value("0.1") + value("0.2"))).toBe(0.3);
  });

  it("knows the smallest coin of a currency", () => {
    expect(["USD", "EUR", "JPY", "KWD"].map(minorDecimals)).toEqual([2, 2, 0, 3]);
    expect(toCoins(value("2.345"), 2)).toBe(234n);
    expect(toCoins(value("2.355"), 2)).toBe(236n);
    expect(toCoins(value("-2.349"), 2)).toBe(-235n);
  });
});

describe("shares", () => {
  it("go by largest remainders, ties to the earlier", () => {
    expect(apportion(10n, [1n, 1n, 1n])).toEqual([4n, 3n, 3n]);
    expect(apportion(-10n, [1n, 1n, 1n])).toEqual([-4n, -3n, -3n]);
    expect(apportion(7n, [0n, 5n, 2n])).toEqual([0n, 5n, 2n]);
    expect(apportion(0n, [1n, 2n])).toEqual([0n, 0n]);
  });

  it("round to coins that add up", () => {
    expect(roundParts([15n, 15n, 10n], 10n, 4n)).toEqual([2n, 1n, 1n]);
    expect(roundParts([-15n, 25n], 10n, 1n)).toEqual([-1n, 2n]);
  });
});

describe("spreadDays", () => {
  it("gives each day its part of the time, the end exclusive", () => {
    const start = Date.UTC(2026, 0, 1, 12);
    expect(spreadDays({ start, end: start + DAY, billed: 11n, effective: -3n })).toEqual([
      { day: start / DAY - 0.5, billed: 6n, effective: -2n },
      { day: start / DAY + 0.5, billed: 5n, effective: -1n },
    ]);
    const midnight = Date.UTC(2026, 0, 1);
    expect(spreadDays({ start: midnight, end: midnight + DAY, billed: 7n, effective: 7n })).toHaveLength(1);
  });

  it("spreads January over 31 days and loses nothing", () => {
    const parts = spreadDays({
      start: Date.UTC(2026, 0, 1),
      end: Date.UTC(2026, 1, 1),
      billed: value("-5.00"),
      effective: 0n,
    });
    expect(parts).toHaveLength(31);
    expect(parts.reduce((sum, { billed }) => sum + billed, 0n)).toBe(value("-5"));
    const quota = value("-5") / 31n;
    expect(parts.every(({ billed }) => billed === quota || billed === quota - 1n)).toBe(true);
  });
});
