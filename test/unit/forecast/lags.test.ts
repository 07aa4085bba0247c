import { describe, expect, it } from "vitest";
import { denseLags, longSeasonLags, sparseLags } from "../../../src/forecast/lags.js";

const span = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe("lag sets", () => {
  it("are those of the published prototype for hours, days and weeks", () => {
    expect(sparseLags([24, 168])).toEqual([
      ...span(1, 6),
      12,
      ...span(22, 26),
      ...span(47, 49),
      72,
      96,
      120,
      ...span(143, 145),
      ...span(166, 170),
      ...span(191, 193),
      ...span(335, 337),
    ]);
    expect(denseLags([24, 168])).toEqual([...span(1, 26), 48, 49, 72, 168, 169]);
    expect(longSeasonLags(52)).toEqual([...span(1, 6), 8, 13, 26, 39, ...span(51, 54), 104]);
  });

  it("follow the same pattern for other seasons, ascending and without repeats", () => {
    expect(sparseLags([7])).toEqual([...span(1, 9), ...span(13, 15), 21, 28, 35]);
    expect(denseLags([7])).toEqual([...span(1, 9), 14, 15, 21]);
    for (const lags of [
      sparseLags([2, 3]),
      sparseLags([12]),
      sparseLags([60, 1440]),
      denseLags([2]),
      longSeasonLags(4),
    ]) {
      expect(lags).toEqual([...new Set(lags)].sort((a, b) => a - b));
      expect(lags[0]).toBe(1);
    }
  });

  it("without a season are the recent past", () => {
    expect(sparseLags([])).toEqual(span(1, 6));
    expect(denseLags([])).toEqual(span(1, 8));
    expect(longSeasonLags(undefined)).toEqual([...span(1, 6), 8, 13]);
  });
});
