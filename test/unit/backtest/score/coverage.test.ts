import { describe, expect, it } from "vitest";
import { createCoverage, mergeCoverage } from "../../../../src/backtest/index.js";
import { createRandom } from "../../../../src/core/random.js";
import { columnarLog, inChunks } from "./logs.js";
import { labelTable } from "./tables.js";

describe("createCoverage", () => {
  it("covers a label with a row of its vehicle within the tolerance of its span, inclusive", () => {
    const coverage = createCoverage(
      labelTable([
        { start: 7001, end: 8000 },
        { start: 7000, end: 8000 },
        { start: 1000, end: 3000 },
        { start: 1000, end: 2999 },
        { start: 4000, end: 6000 },
        { vehicle: "w", start: 5000 },
      ]),
      2000,
    );
    coverage.push(columnarLog([{ ts: 5000 }]));
    expect([...coverage.finish()]).toEqual([0, 1, 1, 0, 1, 0]);
  });

  it("agrees with a look at every row, in any chunks", () => {
    const random = createRandom(3);
    const rows = ["a", "b", "c"].flatMap((vehicle) =>
      Array.from({ length: 80 }, () => ({ vehicle, ts: random.int(20_000) })).sort((x, y) => x.ts - y.ts),
    );
    const labels = Array.from({ length: 300 }, () => {
      const start = random.int(20_000);
      return { vehicle: "abcd"[random.int(4)], start, end: start + random.int(300) };
    });
    const expected = labels.map(({ vehicle, start, end }) =>
      Number(rows.some((row) => row.vehicle === vehicle && row.ts >= start - 40 && row.ts <= end + 40)),
    );
    expect(new Set(expected).size).toBe(2);
    for (const size of [1, 7, 2048]) {
      const coverage = createCoverage(labelTable(labels), 40);
      for (const chunk of inChunks(rows, size)) coverage.push(chunk);
      expect([...coverage.finish()]).toEqual(expected);
    }
    const parts = ["c", "a", "b"].map((vehicle) => {
      const coverage = createCoverage(labelTable(labels), 40);
      coverage.push(columnarLog(rows.filter((row) => row.vehicle === vehicle)));
      return coverage.finish();
    });
    expect([...mergeCoverage(parts)]).toEqual(expected);
  });

  it("refuses a bad tolerance", () => {
    expect(() => createCoverage(labelTable([]), -1)).toThrow(/toleranceMs/);
  });
});
